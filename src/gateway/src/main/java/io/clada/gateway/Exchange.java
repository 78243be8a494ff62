package io.clada.gateway;

import io.clada.client.TokenStream;
import io.clada.client.TokenUpdate;
import io.clada.schemas.TokenEvent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Flow;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * One request and its answer. Tokens are asked for one by one, as fast as the client takes them:
 * what it does not take stays in the log. Nothing is written before the first token, or for as long
 * as the heartbeat allows, so that a refusal still has its own status.
 *
 * <p>Called by the client's executor, Jetty's threads and the clock; the lock is held for no wait.
 */
final class Exchange implements Flow.Subscriber<TokenUpdate> {
  private static final ByteBuffer HEARTBEAT =
      ByteBuffer.wrap(": still here\n\n".getBytes(StandardCharsets.UTF_8)).asReadOnlyBuffer();

  private final Exchanges exchanges;
  private final Ask ask;
  private final String id;
  private final Charge charge;
  private final Response response;
  private final Callback callback;
  private final Presence presence;
  private final Format format;
  private final Sent sent = new Sent();
  private final long startedNanos;

  private @Nullable TokenStream stream;
  private Flow.@Nullable Subscription subscription;
  private @Nullable String waiting;
  private boolean waitingIsLast;
  private boolean writing;
  private boolean ended;
  private @Nullable TokenEvent end;
  private int tokens;
  private long askedNanos;
  private long wroteNanos;

  Exchange(
      Exchanges exchanges,
      Ask ask,
      String id,
      Charge charge,
      Request request,
      Response response,
      Callback callback) {
    this.exchanges = exchanges;
    this.ask = ask;
    this.id = id;
    this.charge = charge;
    this.response = response;
    this.callback = callback;
    presence = new Presence(request);
    format = new Format(ask, id, exchanges.clock().instant().getEpochSecond());
    startedNanos = System.nanoTime();
    askedNanos = startedNanos;
    wroteNanos = startedNanos;
  }

  String id() {
    return id;
  }

  Ask ask() {
    return ask;
  }

  /** The request is stored, and its answer followed. */
  void follow(TokenStream opened) {
    synchronized (this) {
      stream = opened;
      if (ended) {
        abandon();
        return;
      }
    }
    opened.publisher(exchanges.executor()).subscribe(this);
  }

  @Override
  public void onSubscribe(Flow.Subscription opened) {
    synchronized (this) {
      subscription = opened;
    }
    opened.request(1);
  }

  @Override
  public synchronized void onNext(TokenUpdate update) {
    if (ended) {
      return;
    }
    TokenEvent event = update.event();
    if (tokens++ == 0) {
      exchanges.metrics().firstToken(ask, System.nanoTime() - startedNanos);
    }
    end = event.getFinish() == null ? null : event;
    ApiException failure = ApiException.of(event);
    if (failure != null) {
      fail(failure);
    } else if (ask.streamed()) {
      stream(event);
    } else if (end != null) {
      answer(end);
    } else {
      more();
    }
  }

  private void more() {
    askedNanos = System.nanoTime();
    Flow.Subscription current = subscription;
    if (current != null) {
      current.request(1);
    }
  }

  private void stream(TokenEvent event) {
    try {
      String events = sent.isNews(event) ? format.events(event) : "";
      if (events.isEmpty()) {
        more();
      } else {
        send(events, end != null);
      }
    } catch (ApiException e) {
      end = null;
      fail(e);
    }
  }

  private void answer(TokenEvent last) {
    TokenStream current = stream;
    if (current != null && end()) {
      settle(last);
      closeAfterwards();
      Json.send(response, format.whole(current.answer(id).events()), callback);
    }
  }

  /** One write at a time: what comes while a heartbeat is being written waits for it. */
  private void send(String events, boolean last) {
    if (writing) {
      waiting = events;
      waitingIsLast = last;
      return;
    }
    begin();
    writing = true;
    wroteNanos = System.nanoTime();
    ByteBuffer bytes = ByteBuffer.wrap(events.getBytes(StandardCharsets.UTF_8));
    response.write(last, bytes, Callback.from(() -> written(last), this::lost));
  }

  private void begin() {
    if (!response.isCommitted()) {
      response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/event-stream; charset=utf-8");
      response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-cache");
      // Proxies that would gather the tokens.
      response.getHeaders().put("X-Accel-Buffering", "no");
    }
  }

  private void written(boolean last) {
    boolean complete;
    synchronized (this) {
      writing = false;
      TokenEvent finish = end;
      complete = last && finish != null && end();
      if (finish != null && complete) {
        settle(finish);
      } else if (!ended) {
        more();
      }
    }
    if (complete) {
      if (presence.spoke()) {
        presence.close();
      }
      callback.succeeded();
    }
  }

  private void heartbeat() {
    begin();
    writing = true;
    wroteNanos = System.nanoTime();
    response.write(false, HEARTBEAT.duplicate(), Callback.from(this::beaten, this::lost));
  }

  private synchronized void beaten() {
    writing = false;
    String events = waiting;
    waiting = null;
    if (events != null && !ended) {
      send(events, waitingIsLast);
    }
  }

  /** Called every now and then. */
  void tick(long now) {
    synchronized (this) {
      if (ended) {
        return;
      }
      GatewayLimits limits = exchanges.limits();
      if (end == null && !writing && now - askedNanos > limits.silence().toNanos()) {
        fail(ApiException.silent(limits.silence().toSeconds()));
        return;
      }
      if (!presence.isGone()) {
        if (ask.streamed() && !writing && now - wroteNanos > limits.heartbeat().toNanos()) {
          heartbeat();
        }
        return;
      }
    }
    lost(new EofException("the client hung up"));
  }

  @Override
  public void onError(Throwable reason) {
    fail(ApiException.of(503, String.valueOf(reason.getMessage())));
  }

  @Override
  public void onComplete() {
    // the event with finish has said so
  }

  /** Ends it with an error, and the request with it if it has not ended. */
  synchronized void fail(ApiException e) {
    if (!end()) {
      return;
    }
    exchanges.metrics().failed(ask, e.status());
    abandon();
    if (!response.isCommitted()) {
      closeAfterwards();
      Json.send(response, e, callback);
      return;
    }
    ByteBuffer bytes = ByteBuffer.wrap(Json.event(Json.error(e)).getBytes(StandardCharsets.UTF_8));
    if (writing) {
      // The last write is still on its way to a client that is slow.
      callback.failed(new IOException(e.text()));
    } else {
      response.write(true, bytes, callback);
    }
  }

  private void closeAfterwards() {
    if (presence.spoke()) {
      response.getHeaders().put(HttpHeader.CONNECTION, "close");
    }
  }

  /** The client is gone. */
  private void lost(Throwable reason) {
    synchronized (this) {
      if (!end()) {
        return;
      }
      exchanges.metrics().hungUp(ask);
      abandon();
    }
    callback.failed(reason);
  }

  /** False if it had ended already. */
  private boolean end() {
    if (ended) {
      return false;
    }
    ended = true;
    exchanges.remove(this);
    return true;
  }

  /** Nobody reads on: the fleet need not write on. */
  private void abandon() {
    TokenStream current = stream;
    if (current == null) {
      charge.settle(0); // it comes here again if it is posted after all
      return;
    }
    current.close();
    if (end == null) {
      exchanges.cancel(ask.reading(), id);
    }
    charge.settle(ask.estimatedPromptTokens() + tokens);
  }

  private void settle(TokenEvent last) {
    exchanges.metrics().answered(ask, tokens);
    charge.settle(
        last.getUsage() == null
            ? ask.estimatedPromptTokens() + tokens
            : last.getUsage().getPromptTokens() + last.getUsage().getCompletionTokens());
  }
}
