var builder = WebApplication.CreateBuilder(args);
builder.Services.AddSignalR().AddStackExchangeRedis("redis");

var app = builder.Build();
app.UseStaticFiles();
app.MapHub<BoardHub>("/hubs/board");
app.Run();
