import { attributeGroups, GROUP_COLOR, GROUP_OPACITY, GROUP_SCALE } from "./attributeGroups.js";

const GROUPS = attributeGroups(0);

/** First channel of the log scales. */
export const SCALE_CHANNEL = GROUPS[GROUP_SCALE].firstChannel;
/** Channel of the opacity. */
export const OPACITY_CHANNEL = GROUPS[GROUP_OPACITY].firstChannel;
/** First channel of the colour. */
export const COLOR_CHANNEL = GROUPS[GROUP_COLOR].firstChannel;
