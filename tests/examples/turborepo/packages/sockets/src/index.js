export const SOCKET_PATH = "/live/";
