/**
 * Real spherical harmonics by their definition: associated Legendre polynomials with the Condon-Shortley phase, times the cosine (m > 0) or sine (m < 0)
 * of |m| times the azimuth. These are the signs of the basis that 3D Gaussian Splatting (Kerbl et al. 2023) is trained with.
 * @param degree highest degree l
 * @param x of a unit vector
 * @param y of the vector
 * @param z of the vector
 * @returns values of l = 1, m = -1, 0, 1, then l = 2, m = -2 to 2, and so on; l = 0 is left out
 */
export function realHarmonics(degree: number, x: number, y: number, z: number): number[] {
    const values: number[] = [];
    const azimuth = Math.atan2(y, x);
    for (let l = 1; l <= degree; l++) {
        for (let m = -l; m <= l; m++) {
            const order = Math.abs(m);
            const norm = Math.sqrt((((2 * l + 1) / (4 * Math.PI)) * factorial(l - order)) / factorial(l + order));
            const turn = m === 0 ? 1 : Math.SQRT2 * (m > 0 ? Math.cos(order * azimuth) : Math.sin(order * azimuth));
            values.push(norm * turn * legendre(l, order, z, Math.hypot(x, y)));
        }
    }
    return values;
}

/** Associated Legendre polynomial at z = cos(polar angle), by the recurrence over l; `sine` is that of the polar angle. */
function legendre(l: number, m: number, z: number, sine: number): number {
    let before = 0;
    let value = 1;
    for (let i = 1; i <= m; i++) {
        value *= -(2 * i - 1) * sine;
    }
    for (let i = m + 1; i <= l; i++) {
        [before, value] = [value, ((2 * i - 1) * z * value - (i + m - 1) * before) / (i - m)];
    }
    return value;
}

function factorial(n: number): number {
    return n < 2 ? 1 : n * factorial(n - 1);
}
