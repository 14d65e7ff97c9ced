import { PropertiesServiceIdentity, SelectionServiceIdentity, type IPropertiesService, type ISelectionService } from "@babylonjs/inspector";
import { createElement } from "react";
import type { SplatVideoMesh } from "../splatVideoMesh.js";
import { ClipSection } from "./clipSection.js";
import type { IInspectorServiceDefinition } from "./inspectorTypes.js";

const SECTION = "Free-viewpoint video";

/** Adds the section "Free-viewpoint video" to the properties of a clip's mesh: `ShowInspector(scene, { serviceDefinitions: [FvvInspectorServiceDefinition] })`. */
export const FvvInspectorServiceDefinition: IInspectorServiceDefinition = {
    friendlyName: SECTION,
    consumes: [PropertiesServiceIdentity, SelectionServiceIdentity],
    factory: (properties: IPropertiesService, selection: ISelectionService) => {
        const select = (mesh: SplatVideoMesh): void => {
            selection.selectedEntity = mesh;
        };
        const parts = [
            // Before all others: whoever selects a clip wants to see it play.
            properties.addSection({ identity: SECTION, order: -1 }),
            properties.addSectionContent<SplatVideoMesh>({
                key: SECTION,
                predicate: isClip,
                content: [{ section: SECTION, component: ({ context }) => createElement(ClipSection, { mesh: context, select, key: context.uniqueId }) }],
            }),
        ];
        return { dispose: () => parts.forEach((part) => part.dispose()) };
    },
};

/** By name: a page may hold this package twice, as a bundle and as modules. */
function isClip(entity: unknown): entity is SplatVideoMesh {
    return (entity as { getClassName?: () => string } | null)?.getClassName?.() === "SplatVideoMesh";
}
