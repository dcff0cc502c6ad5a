import { HubConnectionBuilder } from "@microsoft/signalr";

export const connection = new HubConnectionBuilder().withUrl("/hub").withAutomaticReconnect().build();
