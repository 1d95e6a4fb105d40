package dev.mimic.testkit;

import static com.google.common.truth.Truth.assertThat;

import dev.mimic.flow.Flow;
import dev.mimic.flow.FlowInfo;
import java.nio.channels.ByteChannel;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;

/** The contract of {@link dev.mimic.flow.Flow#info} and {@link dev.mimic.flow.Flow#find}. */
interface InfoLines extends FlowLines {

  @LineTest(901)
  @DisplayName("info names the protocol and both sides of each layer.")
  default void info_describesEachLayer() {
    Optional<FlowInfo> layer = Optional.of(near().info());
    for (; layer.isPresent(); layer = layer.get().below()) {
      FlowInfo info = layer.get();
      assertThat(info.protocol()).matches("[a-z][a-z0-9.+-]*");
      assertThat(info.local()).isNotEmpty();
      assertThat(info.remote()).isNotEmpty();
      assertThat(info.toString()).startsWith(info.protocol() + "(");
    }
  }

  @LineTest(902)
  @DisplayName("info of a closed flow is unchanged.")
  default void info_ofClosedFlow_isUnchanged() throws Exception {
    FlowInfo before = near().info();
    near().close();

    assertThat(near().info()).isEqualTo(before);
  }

  @LineTest(903)
  @DisplayName("find returns the flow itself for its own type and its supertypes.")
  default void find_ofOwnTypes_returnsTheFlow() {
    assertThat(near().find(Flow.class)).hasValue(near());
    assertThat(near().find(ByteChannel.class)).hasValue(near());
    assertThat(found(near().getClass())).isSameInstanceAs(near());
  }

  private <T> T found(Class<T> type) {
    return near().find(type).orElseThrow();
  }

  @LineTest(904)
  @DisplayName("find of a type that no layer has is empty.")
  default void find_ofMissingType_isEmpty() {
    assertThat(near().find(LineTest.class)).isEmpty();
  }
}
