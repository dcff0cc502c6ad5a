using Microsoft.AspNetCore.SignalR;

public class BoardHub : Hub
{
    public Task Note(string text) => Clients.Others.SendAsync("note", text);
}
