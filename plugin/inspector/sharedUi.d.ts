/*
 * What the declarations of @babylonjs/inspector take from a package that is not published: the few modules that the section uses, as the Inspector 9.28 exports them.
 */
declare module "@babylonjs/shared-ui-components/modularTool/modularity/serviceDefinition.js" {
    export interface IService<Identity extends symbol> {
        readonly serviceIdentity?: Identity;
    }
}

declare module "@babylonjs/shared-ui-components/modularTool/components/extensibleAccordion.js" {
    import type { ComponentType } from "react";

    export interface DynamicAccordionSection {
        readonly identity: string;
        readonly order?: number;
        readonly collapseByDefault?: boolean;
    }
    export interface DynamicAccordionSectionContent<Entity> {
        readonly key: string;
        readonly section: string;
        readonly order?: number;
        readonly component: ComponentType<{ context: Entity }>;
    }
}

declare module "@babylonjs/shared-ui-components/modularTool/extensibility/builtInsExtensionFeed.js" {
    import type { IInspectorExtension, IInspectorExtensionFeed } from "../../../plugin/inspector/inspectorTypes.js";

    export class BuiltInsExtensionFeed {
        public readonly name: string;
        public constructor(name: string, extensions: Iterable<IInspectorExtension>);
        public queryExtensionsAsync: IInspectorExtensionFeed["queryExtensionsAsync"];
        public getExtensionModuleAsync: IInspectorExtensionFeed["getExtensionModuleAsync"];
    }
}

declare module "@babylonjs/shared-ui-components/fluent/hoc/propertyLines/propertyLine.js" {
    import type { ComponentType, ReactNode } from "react";

    export const LineContainer: ComponentType<{ uniqueId: string; label?: string; children?: ReactNode }>;
    export const PropertyLine: ComponentType<{ label: string; description?: string; children?: ReactNode }>;
}

declare module "@babylonjs/shared-ui-components/fluent/hoc/propertyLines/colorPropertyLine.js" {
    import type { Color3 } from "@babylonjs/core/Maths/math.color.js";
    import type { ComponentType } from "react";

    export const Color3PropertyLine: ComponentType<{ label: string; value: Color3; onChange: (value: Color3) => void }>;
}

declare module "@babylonjs/shared-ui-components/fluent/hoc/propertyLines/textPropertyLine.js" {
    import type { ComponentType } from "react";

    export const TextPropertyLine: ComponentType<{ label: string; value: string; title?: string }>;
}

declare module "@babylonjs/shared-ui-components/fluent/hoc/buttonLine.js" {
    import type { ComponentType } from "react";

    export const ButtonLine: ComponentType<{ label: string; onClick: () => void | Promise<void>; disabled?: boolean }>;
}

declare module "@babylonjs/shared-ui-components/fluent/hoc/fileUploadLine.js" {
    import type { ComponentType } from "react";

    export const FileUploadLine: ComponentType<{ label: string; accept: string; onClick: (files: FileList) => void }>;
}

declare module "@babylonjs/shared-ui-components/fluent/primitives/messageBar.js" {
    import type { ComponentType } from "react";

    export const MessageBar: ComponentType<{ intent: "info" | "success" | "warning" | "error"; title?: string; message: string }>;
}

declare module "@babylonjs/shared-ui-components/modularTool/services/settingsStore.js" {
    export const SettingsStoreIdentity: unique symbol;
    export interface ISettingsStore {
        writeSetting<Value>(setting: { key: string; defaultValue: Value }, value: Value): void;
    }
}
