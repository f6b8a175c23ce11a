/** Facts of one log line. Never keys, tokens, addresses of pages or contents of commands. */
export type LogFields = Readonly<Record<string, string | number | boolean>>;

/** Where the server writes what happened; silent unless one is given. */
export type Log = (event: string, fields: LogFields) => void;
