/** Where a user sets nothing. */
export const DEFAULT_CONCURRENCY = 32;

/** As many as the 2024 cookbook made. */
export const DEFAULT_MAX_RETRIES = 6;

export const DEFAULT_TIMEOUT_MS = 120_000;
