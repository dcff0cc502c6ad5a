var builder = WebApplication.CreateBuilder(args);
builder.Services.AddSignalR().AddAzureSignalR();
var app = builder.Build();
app.MapHub<ChatHub>("/chat");
app.Run();
