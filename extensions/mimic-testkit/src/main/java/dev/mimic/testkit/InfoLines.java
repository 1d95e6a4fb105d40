package dev.mimic.testkit;

import static com.google.common.truth.Truth.assertThat;

import dev.mimic.Flow;
import dev.mimic.FlowInfo;
import java.nio.channels.ByteChannel;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;

/** What a flow tells of itself. */
interface InfoLines extends FlowLines {

  @Line(901)
  @DisplayName("info says of each layer what carries it, and which its two sides are.")
  default void infoSaysWhatEachLayerIs() {
    Optional<FlowInfo> layer = Optional.of(near().info());
    for (; layer.isPresent(); layer = layer.get().below()) {
      FlowInfo info = layer.get();
      assertThat(info.protocol()).matches("[a-z][a-z0-9.+-]*");
      assertThat(info.local()).isNotEmpty();
      assertThat(info.remote()).isNotEmpty();
      assertThat(info.toString()).startsWith(info.protocol() + "(");
    }
  }

  @Line(902)
  @DisplayName("info can be asked of a closed flow, and says the same.")
  default void infoCanBeAskedOfAClosedFlow() throws Exception {
    FlowInfo before = near().info();
    near().close();

    assertThat(near().info()).isEqualTo(before);
  }

  @Line(903)
  @DisplayName("find finds the flow itself, by its own type and by what it is.")
  default void findFindsTheFlowItself() {
    assertThat(near().find(Flow.class)).hasValue(near());
    assertThat(near().find(ByteChannel.class)).hasValue(near());
    assertThat(found(near().getClass())).isSameInstanceAs(near());
  }

  private <T> T found(Class<T> type) {
    return near().find(type).orElseThrow();
  }

  @Line(904)
  @DisplayName("find of a type that no layer is returns nothing.")
  default void findOfAMissingTypeReturnsNothing() {
    assertThat(near().find(Line.class)).isEmpty();
  }
}
