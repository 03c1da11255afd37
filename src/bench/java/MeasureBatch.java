import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Posts a batch to a running service, watches it to its end and prints what it took. A single file without
 * dependencies: {@code java src/bench/java/MeasureBatch.java (FOLDER | small:COUNT) [PID] [URL]}.
 *
 * <p>FOLDER is sent as one multipart batch; small:COUNT makes that many notes of about 600 characters, each different.
 * With the process id of the service (Linux) its peak resident memory is printed. The batch's status is read every 25
 * ms meanwhile, which gives the latencies. A key is taken from MIVAA_API_KEY.
 */
public class MeasureBatch {

    private static final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final String server;
    private final String pid;

    MeasureBatch(String server, String pid) {
        this.server = server;
        this.pid = pid;
    }

    public static void main(String[] args) throws Exception {
        if (args.length < 1) {
            System.err.println("usage: MeasureBatch (FOLDER | small:COUNT) [PID] [URL]");
            System.exit(2);
        }
        new MeasureBatch(args.length > 2 ? args[2] : "http://127.0.0.1:8080", args.length > 1 ? args[1] : "")
                .run(args[0]);
    }

    private void run(String what) throws Exception {
        boolean small = what.startsWith("small:");
        long start = System.nanoTime();
        String location =
                small ? postSmall(Integer.parseInt(what.substring(6))) : postFolder(Path.of(what));
        double posted = seconds(start);
        List<Long> latencies = new ArrayList<>();
        String batch;
        do {
            Thread.sleep(25);
            long asked = System.nanoTime();
            batch = get(location).body();
            latencies.add(System.nanoTime() - asked);
        } while (batch.contains("\"terminal\":false"));
        if (!small) {
            table(location);
        }
        print(batch, posted, latencies);
    }

    private void print(String batch, double posted, List<Long> latencies) throws IOException {
        Instant created = Instant.parse(field(batch, "createdAt"));
        Instant started = Instant.parse(field(batch, "startedAt"));
        double took = Duration.between(created, Instant.parse(field(batch, "finishedAt"))).toMillis() / 1000.0;
        Collections.sort(latencies);
        System.out.printf(Locale.ROOT, "%nstate                  %s%n", field(batch, "state"));
        System.out.printf("counts                 %s%n", group(batch, "\"counts\":\\{([^}]*)}"));
        System.out.printf(Locale.ROOT, "post answered after    %.1f s%n", posted);
        System.out.printf(
                Locale.ROOT, "first job claimed      %d ms after acceptance%n",
                Duration.between(created, started).toMillis());
        System.out.printf(Locale.ROOT, "accepted to finished   %.1f s%n", took);
        System.out.printf("documents per minute   %s%n", field(batch, "documentsPerMinute"));
        System.out.printf(
                Locale.ROOT,
                "status query           p50 %.1f ms, p99 %.1f ms, worst %.1f ms of %d%n",
                ms(latencies, 0.5),
                ms(latencies, 0.99),
                ms(latencies, 1),
                latencies.size());
        if (!pid.isEmpty()) {
            System.out.printf("peak resident memory   %s%n", peak());
        }
    }

    /** The high-water mark that Linux keeps for the process. */
    private String peak() throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc", pid, "status"))) {
            long kib = lines.filter(line -> line.startsWith("VmHWM"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                    .findFirst()
                    .orElseThrow();
            return kib / 1024 + " MiB";
        }
    }

    private void table(String location) throws Exception {
        System.out.printf("%-70s %-10s %6s %7s %8s  %s%n", "file", "state", "pages", "chunks", "seconds", "error");
        String cursor = "";
        do {
            String page = get(location + "/jobs?limit=200" + (cursor.isEmpty() ? "" : "&cursor=" + cursor)).body();
            for (String job : page.split("\\{\"id\":")) {
                if (job.contains("\"filename\"")) {
                    row(job);
                }
            }
            cursor = field(page, "nextCursor");
        } while (!cursor.equals("null"));
    }

    private static void row(String job) {
        String started = field(job, "startedAt");
        double took = started.equals("null")
                ? 0
                : Duration.between(Instant.parse(started), Instant.parse(field(job, "finishedAt"))).toMillis() / 1000.0;
        System.out.printf(
                Locale.ROOT,
                "%-70s %-10s %6s %7s %8.2f  %s%n",
                field(job, "filename"),
                field(job, "state"),
                field(job, "pages").replace("null", "-"),
                field(job, "chunks").replace("null", "-"),
                took,
                job.contains("\"error\":{")
                        ? group(job, "\"class\":\"([A-Z_]+)\"") + " " + group(job, "\"code\":\"([^\"]*)\"")
                        : "");
    }

    private String postFolder(Path folder) throws Exception {
        List<Path> files;
        try (Stream<Path> found = Files.walk(folder)) {
            files = found.filter(Files::isRegularFile).sorted().toList();
        }
        String boundary = UUID.randomUUID().toString();
        List<Supplier<InputStream>> parts = new ArrayList<>();
        for (Path file : files) {
            String head = "--" + boundary + "\r\nContent-Disposition: form-data; name=\"files\"; filename=\""
                    + file.getFileName() + "\"\r\n\r\n";
            parts.add(() -> bytes(head));
            parts.add(() -> open(file));
            parts.add(() -> bytes("\r\n"));
        }
        parts.add(() -> bytes("--" + boundary + "--\r\n"));
        return post(
                "multipart/form-data; boundary=" + boundary,
                () -> new SequenceInputStream(Collections.enumeration(
                        parts.stream().map(Supplier::get).toList())));
    }

    private String postSmall(int count) throws Exception {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < count; i++) {
            String sentence = "Measurement " + i + " of the furnace at station " + i % 17 + " gave " + i * 31 % 997
                    + " degrees, which is within what the operator had expected for this alloy. ";
            lines.append("{\"filename\":\"note-").append(i).append(".txt\",\"text\":\"")
                    .append(sentence.repeat(5)).append("\"}\n");
        }
        return post("application/x-ndjson", () -> bytes(lines.toString()));
    }

    private String post(String type, Supplier<InputStream> body) throws Exception {
        HttpResponse<String> answer = http.send(
                request(URI.create(server + "/api/v1/batches"))
                        .header("Content-Type", type)
                        .POST(BodyPublishers.ofInputStream(body::get))
                        .build(),
                BodyHandlers.ofString());
        if (answer.statusCode() != 202) {
            throw new IOException(answer.statusCode() + " " + answer.body());
        }
        return server + answer.headers().firstValue("Location").orElseThrow();
    }

    private HttpResponse<String> get(String uri) throws Exception {
        return http.send(request(URI.create(uri)).build(), BodyHandlers.ofString());
    }

    private static HttpRequest.Builder request(URI uri) {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri);
        String key = System.getenv("MIVAA_API_KEY");
        return key == null ? request : request.header("Authorization", "Bearer " + key);
    }

    private static InputStream open(Path file) {
        try {
            return new java.io.ByteArrayInputStream(Files.readAllBytes(file));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static InputStream bytes(String text) {
        return new java.io.ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String field(String json, String name) {
        return group(json, "\"" + name + "\":\"?([^\",}]*)");
    }

    private static String group(String text, String pattern) {
        Matcher matcher = Pattern.compile(pattern).matcher(text);
        return matcher.find() ? matcher.group(1) : "null";
    }

    private static double ms(List<Long> sorted, double quantile) {
        return sorted.get((int) Math.min(sorted.size() - 1L, Math.round(quantile * (sorted.size() - 1)))) / 1e6;
    }

    private static double seconds(long since) {
        return (System.nanoTime() - since) / 1e9;
    }
}
