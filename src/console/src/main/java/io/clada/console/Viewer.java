package io.clada.console;

import java.util.ArrayDeque;
import java.util.Deque;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;

/**
 * One page that watches. Frames that it does not take in time wait in a bounded queue, whose oldest
 * is lost for each that is too many.
 */
final class Viewer implements Callback {
  private static final int MOST_WAITING = 4;

  private final Content.Sink page;
  private final Callback done;
  private final Deque<String> waiting = new ArrayDeque<>();
  private boolean writing;
  private boolean closing;
  private boolean gone;

  /**
   * @param done told when the page has gone, or was sent away
   */
  Viewer(Content.Sink page, Callback done) {
    this.page = page;
    this.done = done;
  }

  void send(String frame) {
    synchronized (this) {
      if (gone || closing) {
        return;
      }
      if (waiting.size() == MOST_WAITING) {
        waiting.remove();
      }
      waiting.add(frame);
    }
    writeNext();
  }

  /** Ends the page's stream behind what is being written. */
  void close() {
    synchronized (this) {
      waiting.clear();
      closing = true;
    }
    writeNext();
  }

  synchronized boolean isGone() {
    return gone;
  }

  private void writeNext() {
    String frame;
    synchronized (this) {
      if (writing || gone || (waiting.isEmpty() && !closing)) {
        return;
      }
      writing = true;
      frame = waiting.poll();
      gone = frame == null;
    }
    if (frame == null) {
      page.write(true, BufferUtil.EMPTY_BUFFER, done);
    } else {
      page.write(false, Json.bytes(frame), this);
    }
  }

  @Override
  public void succeeded() {
    synchronized (this) {
      writing = false;
    }
    writeNext();
  }

  @Override
  public void failed(Throwable reason) {
    synchronized (this) {
      gone = true;
      waiting.clear();
    }
    done.failed(reason);
  }

  @Override
  public InvocationType getInvocationType() {
    return InvocationType.NON_BLOCKING;
  }
}
