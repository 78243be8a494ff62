package io.clada.client;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CancellationException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Between the thread that reads the log and the one that reads a stream. Bounded. */
final class Mailbox {
  private final int capacity;
  private final Runnable roomAgain;
  private final Deque<Arrival> arrivals = new ArrayDeque<>();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private boolean refused;
  private boolean closed;
  private @Nullable RuntimeException failure;
  private volatile @Nullable Runnable listener;

  /**
   * @param roomAgain called by the reader once there is room after {@link #offer} refused
   */
  Mailbox(int capacity, Runnable roomAgain) {
    this.capacity = capacity;
    this.roomAgain = roomAgain;
  }

  /**
   * Has a reader called that does not wait.
   *
   * @param reader called after every change, on the thread that made it; must not block or throw
   */
  void listen(Runnable reader) {
    listener = reader;
    reader.run();
  }

  private void tellListener() {
    Runnable reader = listener;
    if (reader != null) {
      reader.run();
    }
  }

  /** Once it has refused, it is full until half of it has been read. */
  boolean isFull() {
    lock.lock();
    try {
      return !closed && (refused || arrivals.size() >= capacity);
    } finally {
      lock.unlock();
    }
  }

  /** False if it is full. */
  boolean offer(Arrival arrival) {
    lock.lock();
    try {
      refused = isFull();
      if (refused || closed) {
        return !refused;
      }
      arrivals.add(arrival);
      changed.signal();
    } finally {
      lock.unlock();
    }
    tellListener();
    return true;
  }

  /** What has arrived is read first, then the reader fails with this. */
  void fail(RuntimeException reason) {
    lock.lock();
    try {
      if (failure == null) {
        failure = reason;
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    tellListener();
  }

  void close() {
    lock.lock();
    try {
      closed = true;
      arrivals.clear();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    tellListener();
  }

  /**
   * Null if nothing came in time.
   *
   * @throws CancellationException if it is closed, also while waiting
   */
  @Nullable Arrival poll(long nanos) throws InterruptedException {
    Arrival arrival;
    boolean room = false;
    lock.lockInterruptibly();
    try {
      long left = nanos;
      while (arrivals.isEmpty() && failure == null && !closed && left > 0) {
        left = changed.awaitNanos(left);
      }
      if (closed) {
        throw new CancellationException("the stream was closed");
      }
      arrival = arrivals.poll();
      if (arrival == null && failure != null) {
        throw failure;
      }
      if (refused && arrivals.size() <= capacity / 2) {
        refused = false;
        room = true;
      }
    } finally {
      lock.unlock();
    }
    if (room) {
      roomAgain.run();
    }
    return arrival;
  }
}
