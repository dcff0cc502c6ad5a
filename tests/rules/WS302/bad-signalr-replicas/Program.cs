var builder = WebApplication.CreateBuilder(args);
builder.Services.AddSignalR();

var app = builder.Build();
app.UseStaticFiles();
app.MapHub<BoardHub>("/hubs/board");
app.Run();
