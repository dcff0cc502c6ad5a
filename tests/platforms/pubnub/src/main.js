import PubNub from "pubnub";

const pubnub = new PubNub({ subscribeKey: import.meta.env.VITE_SUBSCRIBE_KEY, userId: "browser" });
pubnub.addListener({ message: (event) => console.log(event.message) });
pubnub.subscribe({ channels: ["news"] });
