import { DatabaseSync } from "node:sqlite";
import type { Adapter, AdapterPayload } from "oidc-provider";
import * as z from "zod/mini";

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS entry (
    model TEXT NOT NULL,
    id TEXT NOT NULL,
    uid TEXT,
    user_code TEXT,
    grant_id TEXT,
    expires_at INTEGER,
    payload TEXT NOT NULL,
    PRIMARY KEY (model, id)
  ) STRICT;
  CREATE INDEX IF NOT EXISTS entry_by_uid ON entry (model, uid) WHERE uid IS NOT NULL;
  CREATE INDEX IF NOT EXISTS entry_by_user_code ON entry (model, user_code) WHERE user_code IS NOT NULL;
  CREATE INDEX IF NOT EXISTS entry_by_grant_id ON entry (model, grant_id) WHERE grant_id IS NOT NULL;
`;

const Row = z.optional(z.object({ payload: z.string() }));

export interface OidcStore {
  /** What the provider keeps of one kind: sessions, grants, codes, refresh tokens. */
  adapter(model: string): Adapter;
  close(): void;
}

/**
 * Where the provider keeps what outlives a request.
 *
 * @param options.path - a file, or `:memory:`
 * @see https://github.com/panva/node-oidc-provider/blob/main/example/my_adapter.js
 */
export function openOidcStore(options: { path: string }): OidcStore {
  const database = new DatabaseSync(options.path);
  database.exec(`PRAGMA journal_mode = WAL; ${SCHEMA}`);
  const upsert = database.prepare(
    "INSERT OR REPLACE INTO entry (model, id, uid, user_code, grant_id, expires_at, payload) VALUES (?, ?, ?, ?, ?, ?, ?)",
  );
  const sweep = database.prepare("DELETE FROM entry WHERE expires_at <= ?");
  const consume = database.prepare(
    "UPDATE entry SET payload = json_set(payload, '$.consumed', ?) WHERE model = ? AND id = ?",
  );
  const remove = database.prepare("DELETE FROM entry WHERE model = ? AND id = ?");
  const revoke = database.prepare("DELETE FROM entry WHERE model = ? AND grant_id = ?");
  const findBy = (column: "id" | "uid" | "user_code") => {
    const statement = database.prepare(
      `SELECT payload FROM entry WHERE model = ? AND ${column} = ? AND (expires_at IS NULL OR expires_at > ?)`,
    );
    return (model: string, value: string): AdapterPayload | undefined => {
      const row = Row.parse(statement.get(model, value, Date.now()));
      return row === undefined ? undefined : JSON.parse(row.payload);
    };
  };
  const [findById, findByUid, findByUserCode] = [findBy("id"), findBy("uid"), findBy("user_code")];

  return {
    adapter: (model) => ({
      async upsert(id, payload, expiresIn) {
        const now = Date.now();
        sweep.run(now);
        const { uid = null, userCode = null, grantId = null } = payload;
        const expiresAt = expiresIn !== undefined && expiresIn > 0 ? now + expiresIn * 1000 : null;
        upsert.run(model, id, uid, userCode, grantId, expiresAt, JSON.stringify(payload));
      },
      find: async (id) => findById(model, id),
      findByUid: async (uid) => findByUid(model, uid),
      findByUserCode: async (userCode) => findByUserCode(model, userCode),
      consume: async (id) => void consume.run(Math.floor(Date.now() / 1000), model, id),
      destroy: async (id) => void remove.run(model, id),
      revokeByGrantId: async (grantId) => void revoke.run(model, grantId),
    }),
    close: () => database.close(),
  };
}
