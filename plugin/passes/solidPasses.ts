import type { RenderTargetTexture } from "@babylonjs/core/Materials/Textures/renderTargetTexture.js";
import type { IShadowGenerator } from "@babylonjs/core/Lights/Shadows/shadowGenerator.js";
import type { Material } from "@babylonjs/core/Materials/material.js";
import type { AbstractMesh } from "@babylonjs/core/Meshes/abstractMesh.js";
import type { Mesh } from "@babylonjs/core/Meshes/mesh.js";
import type { SubMesh } from "@babylonjs/core/Meshes/subMesh.js";
import { depthKindOf, depthRenderersOf } from "./babylonPasses.js";
import type { SolidMaterial, SolidOutput } from "./solidMaterial.js";

/** Makes a material that draws the splats as solid. */
export type SolidMaterialFactory = (output: SolidOutput, defines: readonly string[]) => SolidMaterial;

/**
 * Gives the passes of a scene that know no transparency materials that draw the splats of one mesh as solid, so that users need not: shadow maps that the mesh is in, depth
 * renderers, glow and highlight layers. A material that somebody else has set for a pass stays.
 */
export class SolidPasses {
    private readonly _materials = new Map<string, SolidMaterial>();
    private _depthPass: number | undefined;

    /**
     * @param _mesh the mesh
     * @param _create makes a material
     */
    public constructor(
        private readonly _mesh: Mesh,
        private readonly _create: SolidMaterialFactory,
    ) {}

    /** A material for one kind of pass; made once. */
    public material(output: SolidOutput, ...defines: string[]): SolidMaterial {
        const key = [output, ...defines].join();
        let material = this._materials.get(key);
        if (!material) {
            material = this._create(output, defines);
            this._materials.set(key, material);
        }
        return material;
    }

    /**
     * Writes the depth of the splats where they were blended. After the blended pass, not before it: splats behind the first solid one still show through it, so that the picture
     * of the clip does not change.
     * @param subMesh part of the mesh that was blended
     */
    public drawDepth(subMesh: SubMesh): void {
        if (this._depthPass === undefined) {
            this._depthPass = this._mesh.getScene().getEngine().createRenderPassId(`${this._mesh.name} depth`);
            this._mesh.setMaterialForRenderPass(this._depthPass, this.material("nothing"));
        }
        this._mesh.renderWithRenderPassId(this._depthPass, false, undefined, subMesh, false);
    }

    /** Gives materials to the passes that there are; to be called before each render. */
    public equip(): void {
        const scene = this._mesh.getScene();
        for (const light of scene.lights) {
            light.getShadowGenerators()?.forEach(this._equipShadow);
        }
        // Nothing of the clip glows; it hides what glows behind it. That is what the layers' own neutral colours say.
        for (const layer of scene.effectLayers) {
            this._give(layer.mainTexture, layer.getClassName() === "HighlightLayer" ? this._clear : this._dark);
        }
        const depthRenderers = depthRenderersOf(scene);
        for (const camera in depthRenderers) {
            const renderer = depthRenderers[camera];
            if (this._wants(renderer.getDepthMap())) {
                const { isNonLinear, isCameraZ } = depthKindOf(renderer);
                const defines = [isNonLinear ? "SOLID_NON_LINEAR" : "", isCameraZ ? "SOLID_CAMERA_Z" : "", renderer.isPacked ? "SOLID_PACKED" : ""].filter(Boolean);
                this._give(renderer.getDepthMap(), () => this.material("depth", ...defines.map((name) => `#define ${name}`)));
            }
        }
    }

    /** Frees the materials. */
    public dispose(): void {
        if (this._depthPass !== undefined) {
            this._mesh.getScene().getEngine().releaseRenderPassId(this._depthPass);
        }
        this._materials.forEach((material) => material.dispose());
        this._materials.clear();
    }

    private readonly _equipShadow = (generator: IShadowGenerator): void => {
        const map = generator.getShadowMap() ?? undefined;
        if (this._wants(map) && (!map.renderList || map.renderList.includes(this._mesh))) {
            this._give(map, this._shadow);
        }
    };

    private readonly _shadow = (): Material => this.material("shadow");

    private readonly _dark = (): Material => this.material("dark");

    private readonly _clear = (): Material => this.material("clear");

    private _wants(target: RenderTargetTexture | undefined): target is RenderTargetTexture {
        return target !== undefined && (this._mesh as AbstractMesh).getMaterialForRenderPass(target.renderPassId) === undefined;
    }

    private _give(target: RenderTargetTexture | undefined, material: () => Material): void {
        if (this._wants(target)) {
            target.setMaterialForRendering(this._mesh, material());
        }
    }
}
