using System.Net;
using System.Net.Sockets;

namespace PolicyTracker.Benchmarks;

/// <summary>nchan, a publisher-subscriber module of nginx in C: what the feed's deliveries are compared with.</summary>
internal sealed class Nchan : IAsyncDisposable
{
    private readonly DirectoryInfo _folder;
    private readonly Child _child;
    private readonly HttpClient _client = new();
    private readonly Uri _publish;

    private Nchan(DirectoryInfo folder, Child child, int port)
    {
        (_folder, _child) = (folder, child);
        (_publish, Stream) = (new Uri($"http://127.0.0.1:{port}/publish"), new Uri($"http://127.0.0.1:{port}/stream"));
    }

    public static string Program => "/usr/sbin/nginx";
    public Uri Stream { get; }
    /// <summary>The processes that serve.</summary>
    public int[] Workers => [.. File.ReadAllText($"/proc/{_child.Id}/task/{_child.Id}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse)];

    public static async Task<Nchan> StartAsync(int workers = 1)
    {
        var folder = Directory.CreateTempSubdirectory("nchan-benchmark-");
        var port = FreePort();
        var file = Path.Combine(folder.FullName, "nginx.conf");
        await File.WriteAllTextAsync(file, $$"""
            load_module /usr/lib/nginx/modules/ngx_nchan_module.so;
            daemon off;
            worker_processes {{workers}};
            worker_rlimit_nofile 20000;
            pid {{folder.FullName}}/nginx.pid;
            error_log {{folder.FullName}}/error.log;
            {{(Environment.UserName == "root" ? "user root;" : "")}}
            events { worker_connections 16000; }
            http {
              access_log off;
              client_body_temp_path {{folder.FullName}}/body;
              proxy_temp_path {{folder.FullName}}/proxy;
              fastcgi_temp_path {{folder.FullName}}/fastcgi;
              uwsgi_temp_path {{folder.FullName}}/uwsgi;
              scgi_temp_path {{folder.FullName}}/scgi;
              keepalive_requests 10000000;
              nchan_shared_memory_size 256m;
              server {
                listen 127.0.0.1:{{port}};
                location = /publish { nchan_publisher; nchan_channel_id feed; nchan_message_buffer_length 1000; }
                location = /stream { nchan_subscriber eventsource; nchan_channel_id feed; nchan_subscriber_first_message newest; }
              }
            }
            """);
        var nchan = new Nchan(folder, Child.Start(Program, ["-c", file, "-e", Path.Combine(folder.FullName, "error.log")]), port);
        await nchan.AnswersAsync();
        return nchan;
    }

    /// <summary>Publishes one message and ends when it is accepted.</summary>
    public async Task PublishAsync(byte[] message)
    {
        using var content = new ByteArrayContent(message);
        using var answer = await _client.PostAsync(_publish, content);
        answer.EnsureSuccessStatusCode();
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _child.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private async Task AnswersAsync()
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                await PublishAsync("ready"u8.ToArray());
                return;
            }
            catch (HttpRequestException) when (attempt < 100)
            {
                await Task.Delay(50);
            }
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
