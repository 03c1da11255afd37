package io.mivaa.batch.pipeline.parse.page;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DatesTests {

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
                    D:20151105143417+08'00'  | 2015-11-05T06:34:17Z
                    D:20151105143417+08'00   | 2015-11-05T06:34:17Z
                    D:20151105143417Z        | 2015-11-05T14:34:17Z
                    D:20151105143417Z00'00'  | 2015-11-05T14:34:17Z
                    D:20151105143417         | 2015-11-05T14:34:17Z
                    D:2015                   | 2015-01-01T00:00:00Z
                    2024-02-03T04:05:06.789  | 2024-02-03T04:05:06.789Z
                    2024-02-03 04:05:06      | 2024-02-03T04:05:06Z
                    2024-02-03T04:05:06+02:00| 2024-02-03T02:05:06Z
                    2024-02-03T04:05:06Z     | 2024-02-03T04:05:06Z
                    2024-02-03               | 2024-02-03T00:00:00Z
                    """)
    void readsDatesAsUtc(String date, String expected) {
        assertThat(Dates.instant(date)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "yesterday", "D:20151399", "2024-02-30", "D:20151105143417+99'00'", "12"})
    void knowsWhatIsNoDate(String text) {
        assertThat(Dates.instant(text)).isNull();
    }
}
