package dev.mimic.tls;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class DerTest {
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 127, 128, 255, 256, 65_535, 65_536, 1 << 24})
  void encoded_anyLength_isParsedBack(int length) {
    Der element = Der.of(Der.OCTET_STRING, new byte[length]);
    Der whole = Der.sequence(element, Der.of(Der.NULL, new byte[0]));
    Der parsed = Der.parse(whole.encoded());
    assertThat(parsed.element(0).content()).hasLength(length);
    assertThat(parsed.element(1).is(Der.NULL)).isTrue();
    assertThat(parsed.encoded()).isEqualTo(whole.encoded());
  }

  @ParameterizedTest
  @CsvSource({
    "2a864886f70d010101, 1.2.840.113549.1.1.1",
    "2b6570, 1.3.101.112",
    "06, 0.6",
    "883703, 2.999.3"
  })
  void objectId_anyEncoding_isDotted(String hex, String dotted) {
    assertThat(Der.of(Der.OBJECT_ID, HexFormat.of().parseHex(hex)).objectId()).isEqualTo(dotted);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "30",
        "3001",
        "3080",
        "30800000",
        "3081",
        "308201",
        "3084ffffffff00",
        "30850000000000",
        "30000500",
        "30ff"
      })
  void parse_damaged_isRefused(String hex) {
    byte[] bytes = HexFormat.of().parseHex(hex);
    assertThrows(IllegalArgumentException.class, () -> Der.parse(bytes));
  }

  @Test
  void element_missing_isRefused() {
    Der sequence = Der.sequence(Der.of(Der.NULL, new byte[0]));
    assertThrows(IllegalArgumentException.class, () -> sequence.element(1));
    Der primitive = sequence.element(0);
    assertThrows(IllegalArgumentException.class, () -> primitive.element(0));
    assertThrows(IllegalArgumentException.class, primitive::objectId);
  }
}
