/** A reply with a good status that is not the JSON it should be. */
export class MalformedReplyError extends Error {
  override readonly name = 'MalformedReplyError';
}
