// Drawn by us, 24 by 24, in the text's colour. Where there is room, the word beside it is shown instead.
const icon = (path: string) =>
  `<svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><path d="${path}" /></svg>`;

export const CROSS_ICON = icon("M6.5 6.5l11 11m0-11l-11 11");
export const PAUSE_ICON = icon("M8.5 5.5v13m7-13v13");
export const RESUME_ICON = icon("M8 5l11 7-11 7z");
export const FILE_ICON = icon(
  "M13.5 3.5H7a1.5 1.5 0 0 0-1.5 1.5v14A1.5 1.5 0 0 0 7 20.5h10a1.5 1.5 0 0 0 1.5-1.5V8.5zv5h5",
);
export const RETRY_ICON = icon("M19 12a7 7 0 1 1-2.1-5M19.5 3.5V8H15");
export const DOWNLOAD_ICON = icon("M12 4v11m0 0 4.5-4.5M12 15l-4.5-4.5M5 19.5h14");
export const DELETE_ICON = icon("M4.5 7h15M9.5 7V4.5h5V7m-8 0 .8 12.5h9.4L17.5 7M10 10.5v5.5m4-5.5v5.5");
export const LINK_ICON = icon(
  "M10 14a4 4 0 0 0 5.7 0l3-3A4 4 0 0 0 13 5.3l-1 1M14 10a4 4 0 0 0-5.7 0l-3 3a4 4 0 0 0 5.7 5.7l1-1",
);
