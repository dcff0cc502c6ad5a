export default function Home() {
  return <p>Chat</p>;
}
