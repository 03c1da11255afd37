package io.mivaa.batch.intake.body;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Everything that can be read in a database, byte by byte. */
final class WholeDatabase {

    private final JdbcClient jdbc;

    WholeDatabase(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** The columns in which the word stands, as it is or in one of the usual coats. */
    List<String> placesOf(String word) {
        byte[] bytes = word.getBytes(StandardCharsets.UTF_8);
        String unpadded = Base64.getEncoder().encodeToString(bytes).replace("=", "");
        List<String> places = new ArrayList<>();
        for (byte[] coat : List.of(
                bytes,
                unpadded.substring(0, unpadded.length() - 1).getBytes(StandardCharsets.UTF_8),
                HexFormat.of().formatHex(bytes).getBytes(StandardCharsets.UTF_8))) {
            places.addAll(holding(coat));
        }
        return places;
    }

    private List<String> holding(byte[] needle) {
        List<String> places = new ArrayList<>();
        jdbc.sql("""
                        select c.table_name, c.column_name, c.data_type
                          from information_schema.columns c
                          join information_schema.tables t using (table_schema, table_name)
                         where table_schema = 'public' and t.table_type = 'BASE TABLE'
                        """).query(row -> {
            String column = '"' + row.getString("column_name") + '"';
            String bytes =
                    row.getString("data_type").equals("bytea") ? column : "convert_to(" + column + "::text, 'UTF8')";
            String table = row.getString("table_name");
            long found = jdbc.sql("select count(*) from \"" + table + "\" where position(:needle in " + bytes + ") > 0")
                    .param("needle", needle)
                    .query(Long.class)
                    .single();
            if (found > 0) {
                places.add(table + "." + row.getString("column_name"));
            }
        });
        return places;
    }
}
