/** JavaScript that gives an emulated headset, `headset`, a room with a table: a level surface at a height, m, above a square around the middle, and a floor. What iwer has for hit tests wants an environment of its own package. */
export function tableScript(height: number, size: number): string {
    return `headset.installSEM(class {
        environmentCanvas = document.createElement("canvas");
        trackedPlanes = new Set();
        trackedMeshes = new Set();
        render() {}
        computeHitTestResults(ray) {
            const [origin, back] = [ray.slice(12, 15), ray.slice(8, 11)];
            return [${height}, 0].flatMap((y) => {
                const distance = (origin[1] - y) / back[1];
                const [x, z] = [0, 2].map((i) => origin[i] - distance * back[i]);
                const isOn = distance > 0 && distance < 100 && (y === 0 || Math.max(Math.abs(x), Math.abs(z)) < ${size} / 2);
                return isOn ? [new Float32Array([1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, x, y, z, 1])] : [];
            });
        }
    })`;
}
