import type { IDisposable } from "@babylonjs/core/scene.js";

/*
 * The Inspector's own declarations of these point at a package that is not published. They are written here, so that what this entry point exports has a type for everyone.
 */

/** A service for `ShowInspector(scene, { serviceDefinitions: [...] })` of `@babylonjs/inspector`. */
export interface IInspectorServiceDefinition {
    /** Name for messages. */
    readonly friendlyName: string;
    /** Identities of the services that it needs. */
    readonly consumes: readonly symbol[];
    /** Starts it, given those services; what it gives back ends it. */
    readonly factory: (...services: never[]) => IDisposable;
}

/** An extension that a user of the Inspector may install. */
export interface IInspectorExtension {
    /** Name in the list of extensions. */
    readonly name: string;
    /** What it does, in a sentence. */
    readonly description: string;
    /** Words that it is found by. */
    readonly keywords: readonly string[];
    /** Version of this package. */
    readonly version?: string;
    /** Licence of this package. */
    readonly license?: string;
    /** Loads it. */
    readonly getExtensionModuleAsync: () => Promise<IInspectorExtensionModule>;
}

/** What an extension brings. */
export interface IInspectorExtensionModule {
    /** Its services. */
    readonly default: { readonly serviceDefinitions: readonly IInspectorServiceDefinition[] };
}

/** A source of extensions for `ShowInspector(scene, { extensionFeeds: [...] })`. */
export interface IInspectorExtensionFeed {
    /** Name of the feed. */
    readonly name: string;
    /** Lists its extensions. */
    queryExtensionsAsync(filter?: string): Promise<{ totalCount: number; getExtensionMetadataAsync(index: number, count: number): Promise<IInspectorExtension[]> }>;
    /** Loads an extension by its name. */
    getExtensionModuleAsync(name: string): Promise<IInspectorExtensionModule | undefined>;
}
