package io.clada.worker;

/** Where a record stands in its topic. */
record Origin(String topic, int partition, long offset) {}
