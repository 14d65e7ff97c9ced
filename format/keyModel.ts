import { codeAbsolute, codeLevels, codeLife, type IKeyPredictor } from "./absoluteModel.js";
import type { IFrameContent } from "./frameContent.js";
import type { FrameState } from "./frameState.js";
import type { ISymbolCoder } from "./symbolCoder.js";

/**
 * Codes a key frame: which slots are alive, then the codes of the live ones channel by channel. A dead slot takes the codes of
 * the live slot before it, which predict the splat that may be born there.
 * @param coder either end of the entropy coder
 * @param state state after `beginSegment`; holds the frame afterwards
 * @param predictors predictor of each channel
 * @param content the frame, when the coder is a recorder
 */
export function codeKeyFrame(coder: ISymbolCoder, state: FrameState, predictors: readonly IKeyPredictor[], content?: IFrameContent): void {
    codeLife(coder, state, state.slotCount, content);
    const { list, born, slotCount, alive } = state;
    born.fill(0, 0, slotCount);
    let count = 0;
    for (let slot = 0; slot < slotCount; slot++) {
        if (alive[slot]) {
            list[count++] = slot;
        }
    }
    for (const group of state.groups) {
        state.classes.fill(0, 0, count);
        codeLevels(coder, state, group, count, content);
        for (let c = 0; c < group.channelCount; c++) {
            const channel = group.firstChannel + c;
            codeAbsolute(coder, state, group, c, count, predictors[channel], content);
            fillDeadSlots(state, channel);
        }
    }
}

/** A dead slot takes the code of the live slot before it. */
function fillDeadSlots({ codes, alive, slotCount }: FrameState, channel: number): void {
    let last = 0;
    for (let slot = 0; slot < slotCount; slot++) {
        if (alive[slot]) {
            last = codes[channel][slot];
        } else {
            codes[channel][slot] = last;
        }
    }
}
