/** MIME type of a clip. */
export const CLIP_TYPE = "model/vnd.fvv";

/** MIME types of our own files, which no library knows, by their endings. */
export const CONTENT_TYPES: Readonly<Record<string, string>> = {
    ".fvv": CLIP_TYPE,
    ".fvvm": "model/vnd.fvv-ladder+json",
};
