import type { CollectionType, DefaultCollections } from "@waybill/api";
import type { Transfer } from "./transfer.ts";
import type { UploadOptions, UploadResult } from "./upload.ts";

/** What a client knows of the collections at compile time: `CollectionTypes<typeof collections>` of the deployment. */
export type ClientCollections = Record<string, CollectionType>;
export type { DefaultCollections };

type NameIn<C> = keyof C & string;
/** Where an upload goes that names no collection. */
type DefaultName<C> = NameIn<C> & "files";

/** As {@link UploadOptions}, for one collection: its metadata, and the routes that it offers. */
export type UploadOptionsFor<C extends ClientCollections, N extends NameIn<C>> = Omit<
  UploadOptions,
  "collection" | "metadata" | "route"
> & {
  /** Default `files`. */
  collection?: N | undefined;
  /** Default `auto`. */
  route?: C[N]["route"] | "auto" | undefined;
} & ("files" extends N ? unknown : { collection: N }) &
  (NeedsMetadata<C[N]["metadata"]> extends true
    ? { metadata: C[N]["metadata"] }
    : { metadata?: C[N]["metadata"] | undefined });

type NeedsMetadata<M> = string extends keyof M ? false : Partial<M> extends M ? false : true;

/** Whether options may be left out. */
type Nothing<C extends ClientCollections> = [DefaultName<C>] extends [never]
  ? [never]
  : NeedsMetadata<C[DefaultName<C>]["metadata"]> extends true
    ? [never]
    : [];

/** What `afterUpload` of the collection answered. */
type Typed<C extends ClientCollections, N extends NameIn<C>> = Omit<UploadResult, "after"> & {
  after: C[N]["after"];
};

export interface Uploader<Source, C extends ClientCollections> {
  upload(source: Source, ...none: Nothing<C>): Promise<Typed<C, DefaultName<C>>>;
  upload<N extends NameIn<C> = DefaultName<C>>(
    source: Source,
    options: UploadOptionsFor<C, N>,
  ): Promise<Typed<C, N>>;
  /** The same, to be watched, paused, resumed and cancelled. */
  startUpload(source: Source, ...none: Nothing<C>): Transfer<Typed<C, DefaultName<C>>>;
  startUpload<N extends NameIn<C> = DefaultName<C>>(
    source: Source,
    options: UploadOptionsFor<C, N>,
  ): Transfer<Typed<C, N>>;
}
