/** Where a secret lives: an environment variable or a file. Its name and shape are stored for ever. */
export type SecretRef = { readonly env: string } | { readonly file: string };
