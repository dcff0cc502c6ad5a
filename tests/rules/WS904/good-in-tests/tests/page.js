// wsadvise: ignore[WS602] because it is a test
const a = 1;
