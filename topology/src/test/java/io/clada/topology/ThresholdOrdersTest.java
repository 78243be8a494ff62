package io.clada.topology;

import static io.clada.topology.Telemetry.MODEL;
import static org.assertj.core.api.Assertions.assertThat;

import io.clada.schemas.PastThresholds;
import io.clada.schemas.Thresholds;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What an operator's order does to the thresholds, as a specification. */
class ThresholdOrdersTest extends AggregationTopologyHarness {
  @Test
  void aRollbackPublishesTheOldValuesUnderTheNextVersion() {
    Thresholds good = learn(0.4f);
    Thresholds bad = learn(0.9f);

    order(good, false, START.plusSeconds(60));

    Thresholds taken = newest();
    assertThat(taken.getVersion()).isEqualTo(bad.getVersion() + 1);
    assertThat(taken.getSurprisal()).isEqualTo(good.getSurprisal());
    assertThat(taken.getEntropy()).isEqualTo(good.getEntropy());
    assertThat(taken.getPinned()).isFalse();
    assertThat(taken.getOperator()).isEqualTo("ann@ops");
    assertThat(taken.getOrderedAt()).isEqualTo(START.plusSeconds(60));
    assertThat(taken.getHistory())
        .extracting(PastThresholds::getVersion)
        .startsWith(taken.getVersion(), bad.getVersion(), good.getVersion());
  }

  @Test
  void afterARollbackTheTrafficBeforeItCountsNoMore() {
    Thresholds good = learn(0.4f);
    learn(0.9f);
    order(good, false, START.plusSeconds(60));
    long version = newest().getVersion();

    pass(60);
    assertThat(thresholds.isEmpty()).isTrue();

    send(Telemetry.constant(200, 0.6f));
    pass(5);
    Thresholds learned = newest();
    assertThat(learned.getVersion()).isEqualTo(version + 1);
    assertThat(learned.getSurprisal()).isEqualTo(0.6f);
    assertThat(learned.getSamples()).isEqualTo(200);
    assertThat(learned.getOperator()).isEmpty();
  }

  @Test
  void aPinHoldsWhateverTheTraffic() {
    Thresholds good = learn(0.4f);
    order(good, true, START.plusSeconds(60));
    assertThat(newest().getPinned()).isTrue();

    send(Telemetry.constant(20_000, 0.9f));
    pass(600);
    assertThat(thresholds.isEmpty()).isTrue();
  }

  @Test
  void afterAnUnpinTheThresholdsFollowTheTrafficAgain() {
    Thresholds good = learn(0.4f);
    order(good, true, START.plusSeconds(60));
    Thresholds pinned = newest();
    order(pinned, false, START.plusSeconds(61));
    assertThat(newest().getPinned()).isFalse();

    send(Telemetry.constant(200, 0.9f));
    pass(5);
    assertThat(newest().getSurprisal()).isEqualTo(0.9f);
  }

  @Test
  void anOrderIsObeyedOnce() {
    Thresholds good = learn(0.4f);
    order(good, false, START.plusSeconds(60));
    newest();

    order(good, false, START.plusSeconds(60));
    order(good, false, START.plusSeconds(59));
    assertThat(thresholds.isEmpty()).isTrue();
  }

  @Test
  void anOrderForAModelWithoutTrafficIsObeyed() {
    Thresholds wanted = ThresholdVersions.first("quiet", 0.5, 0.25, 0);
    orders.pipeInput("quiet/order", ordered(wanted, true, START), now);

    Thresholds pinned = newest();
    assertThat(pinned.getModel()).isEqualTo("quiet");
    assertThat(pinned.getSurprisal()).isEqualTo(0.5f);
    assertThat(pinned.getPinned()).isTrue();
  }

  @Test
  void whatTheApplicationPublishesIsNoOrder() {
    Thresholds learned = learn(0.4f);

    orders.pipeInput(MODEL, Thresholds.newBuilder(learned).setOperator("x").build(), now);
    pass(10);
    assertThat(thresholds.isEmpty()).isTrue();
  }

  @Test
  void anOrderOfWhatNoTokenCanHaveGoesToTheDeadLetters() {
    Thresholds learned = learn(0.4f);
    Thresholds senseless = Thresholds.newBuilder(learned).setSurprisal(Float.NaN).build();
    orders.pipeInput(MODEL + "/order", ordered(senseless, true, START.plusSeconds(60)), now);

    assertThat(thresholds.isEmpty()).isTrue();
    assertThat(deadLetters.readRecord().key()).isEqualTo(MODEL + "/order");
  }

  /** Traffic that moves the thresholds there. */
  private Thresholds learn(float surprisal) {
    send(Telemetry.constant(20_000, surprisal));
    pass(330);
    send(Telemetry.constant(20_000, surprisal));
    pass(5);
    return newest();
  }

  private void order(Thresholds values, boolean pinned, Instant at) {
    orders.pipeInput(Order.key(MODEL), ordered(values, pinned, at), now);
  }

  private static Thresholds ordered(Thresholds values, boolean pinned, Instant at) {
    return Thresholds.newBuilder(values)
        .setPinned(pinned)
        .setOperator("ann@ops")
        .setReason("because")
        .setComputedAt(at)
        .setHistory(List.of())
        .build();
  }

  private Thresholds newest() {
    List<Thresholds> published = thresholds.readValuesToList();
    return published.get(published.size() - 1);
  }
}
