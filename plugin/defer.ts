/** A promise that somebody else settles. */
export interface IDeferred {
    promise: Promise<void>;
    resolve: (value: Promise<void>) => void;
    reject: (error: Error) => void;
}

/** Makes one; nobody has to wait for it: a player tells of errors by its observable too. */
export function defer(): IDeferred {
    const deferred = {} as IDeferred;
    deferred.promise = new Promise((resolve, reject) => Object.assign(deferred, { resolve, reject }));
    deferred.promise.catch(() => {});
    return deferred;
}
