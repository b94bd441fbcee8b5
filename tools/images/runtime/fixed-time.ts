/**
 * The time of every file of the runtime's layer, in seconds since 1970: what npm gives to the files of
 * a package. It must not be a commit's, or each commit would make another layer of 110 MB.
 */
export const RUNTIME_TIME = 499_162_500;
