/** What gRPC said when a call failed. */
export interface GrpcError {
  /** gRPC's status code; null when the error is none of gRPC's. */
  readonly code: number | null;
  readonly words: string;
}

/** The status codes that mean something here (https://grpc.github.io/grpc/core/md_doc_statuscodes.html). */
export const GrpcCode = {
  cancelled: 1,
  invalidArgument: 3,
  deadlineExceeded: 4,
  permissionDenied: 7,
  outOfRange: 11,
  unimplemented: 12,
  internal: 13,
  unavailable: 14,
  unauthenticated: 16,
} as const;

/** Reads an error of grpc-js, which has a code, or of etcd3, which keeps it in the message only. */
export function readGrpcError(error: unknown): GrpcError {
  if (!(error instanceof Error)) return { code: null, words: String(error) };
  const match = /^(?:\w+: )?(\d{1,2}) [A-Z_]+: ([^]*)$/.exec(error.message);
  if (match !== null) return { code: Number(match[1]), words: match[2] ?? '' };
  const code: unknown = 'code' in error ? error.code : null;
  return { code: typeof code === 'number' ? code : null, words: error.message };
}

/** The token is unknown to etcd, has expired, or is older than a change of users or roles: a new one may be accepted. */
export function isStaleToken(error: GrpcError): boolean {
  return /invalid auth token|revision of auth store is old|auth token expired/i.test(error.words);
}

/** The connection, not the request, is at fault: it is not to be used again. */
export function isTransportError(error: GrpcError): boolean {
  switch (error.code) {
    case null:
    case GrpcCode.cancelled:
    case GrpcCode.deadlineExceeded:
    case GrpcCode.internal:
    case GrpcCode.unavailable:
      return true;
    default:
      return false;
  }
}

/** The revision that was asked for is older than etcd's last compaction. */
export function isCompacted(error: GrpcError): boolean {
  return /revision has been compacted/i.test(error.words);
}

/** The revision that was asked for does not exist yet. */
export function isFutureRevision(error: GrpcError): boolean {
  return /required revision is a future revision/i.test(error.words);
}

/** etcd does not know the lease: it has expired, was ended or never was. */
export function isLeaseNotFound(error: GrpcError): boolean {
  // etcd3 writes an error of its own around this one, without the code.
  return /requested lease not found/i.test(error.words);
}
