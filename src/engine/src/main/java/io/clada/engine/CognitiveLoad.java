package io.clada.engine;

/** Cognitive load of a token: how many of surprisal and entropy exceed their thresholds. */
public enum CognitiveLoad {
  LOW,
  MEDIUM,
  HIGH
}
