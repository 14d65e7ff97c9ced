// The Inspector shows the occlusion queries of each mesh, which Babylon defines on demand.
import "@babylonjs/core/Engines/AbstractEngine/abstractEngine.query.js";
import { ImportMeshAsync } from "@babylonjs/core/Loading/sceneLoader.js";
import { SelectionServiceIdentity, SettingsStoreIdentity, ShowInspector, type ISelectionService, type ISettingsStore } from "@babylonjs/inspector";
import { FvvPlayer } from "babylon-fvv";
import { FvvInspectorServiceDefinition } from "babylon-fvv/inspector";
import { wantedEngine } from "./common/createEngine.js";
import { element } from "./common/dom.js";
import { Stage } from "./common/stage.js";

const query = new URLSearchParams(location.search);
const stage = await Stage.CreateAsync(wantedEngine(), element("stage"));
const { meshes } = await ImportMeshAsync(query.get("clip") ?? "clips/sample.fvv", stage.scene);
const player = FvvPlayer.FromMesh(meshes[0]) as FvvPlayer;
stage.frame(player);

/** Opens the Inspector on the clip, without the outline of what is selected, which Babylon draws of the triangles of a mesh. */
const selectClip = {
    friendlyName: "Select the clip",
    consumes: [SelectionServiceIdentity, SettingsStoreIdentity],
    factory: (selection: ISelectionService, settings: ISettingsStore) => {
        settings.writeSetting({ key: "HighlightSelectedEntity", defaultValue: true }, false);
        selection.selectedEntity = player.mesh;
    },
};

ShowInspector(stage.scene, {
    serviceDefinitions: [FvvInspectorServiceDefinition, selectClip],
    layoutMode: "inline",
    leftPaneDefaultCollapsed: query.has("narrow"),
    disableTeachingMoments: true,
    themeMode: "dark",
});
document.body.dataset.state = "ready";
