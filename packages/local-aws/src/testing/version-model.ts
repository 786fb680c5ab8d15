/** A version as the model knows it; `body` is `undefined` in a delete marker. */
export interface ModelVersion {
  id: string;
  body: string | undefined;
  /** Of the versions of a key the one with the highest is the current one. */
  order: number;
}

/**
 * What Amazon's guide says of versions, in as few words as it takes, to hold a server against. It knows no
 * blobs, no tables and no transactions.
 *
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/versioning-workflows.html
 */
export class VersionModel {
  status: "Enabled" | "Suspended" | undefined;
  readonly #versions = new Map<string, ModelVersion[]>();
  #lastOrder = 0;

  /** Newest first. */
  versions(key: string): readonly ModelVersion[] {
    return (this.#versions.get(key) ?? []).toSorted((a, b) => b.order - a.order);
  }

  current(key: string): ModelVersion | undefined {
    return this.versions(key)[0];
  }

  /** The place of a version that begins now, for an upload that is completed later. */
  takeOrder(): number {
    this.#lastOrder += 1;
    return this.#lastOrder;
  }

  /** @param id - as the server gave it; without, this is a null version */
  put(key: string, version: { id: string | undefined; body: string; order?: number }): void {
    const order = (this.status === "Enabled" ? version.order : undefined) ?? this.takeOrder();
    this.#add(key, { id: version.id ?? "null", body: version.body, order });
  }

  /** @param markerId - as the server gave it */
  delete(key: string, markerId: string | undefined): void {
    if (this.status !== "Enabled") this.deleteVersion(key, "null");
    if (this.status === undefined) return;
    this.#add(key, { id: markerId ?? "null", body: undefined, order: this.takeOrder() });
  }

  deleteVersion(key: string, id: string): void {
    this.#versions.set(
      key,
      this.versions(key).filter((version) => version.id !== id),
    );
  }

  #add(key: string, version: ModelVersion): void {
    this.deleteVersion(key, version.id);
    this.#versions.set(key, [...this.versions(key), version]);
  }
}
