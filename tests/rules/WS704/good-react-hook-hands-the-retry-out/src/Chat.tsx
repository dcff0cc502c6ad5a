import { useChat } from "./useChat";

export function Chat() {
  const { error, retry } = useChat();
  return error ? <button onClick={retry}>Try again</button> : null;
}
