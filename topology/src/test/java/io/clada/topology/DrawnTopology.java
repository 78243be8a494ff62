package io.clada.topology;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.streams.TopologyDescription;
import org.apache.kafka.streams.TopologyDescription.Node;
import org.apache.kafka.streams.TopologyDescription.Processor;
import org.apache.kafka.streams.TopologyDescription.Sink;
import org.apache.kafka.streams.TopologyDescription.Source;
import org.apache.kafka.streams.TopologyDescription.Subtopology;

/**
 * A topology as boxes and arrows: topics and processors. A topic that is read and written is drawn
 * twice, first and last, but one between two sub-topologies joins them.
 */
final class DrawnTopology {
  /**
   * A topic or a processor.
   *
   * @param stores of a processor
   * @param subtopology of a processor; -1: a topic
   */
  record Box(String id, String label, List<String> stores, int subtopology) {
    boolean isTopic() {
      return subtopology < 0;
    }
  }

  record Arrow(String from, String to) {}

  private final Map<String, Box> boxes = new LinkedHashMap<>();
  private final List<Arrow> arrows = new ArrayList<>();

  DrawnTopology(TopologyDescription description) {
    List<Subtopology> parts = new ArrayList<>(description.subtopologies());
    parts.sort(Comparator.comparing(Subtopology::id));
    for (Subtopology part : parts) {
      List<Node> nodes = new ArrayList<>(part.nodes());
      nodes.sort(Comparator.comparing(Node::name));
      nodes.forEach(node -> add(node, part.id()));
    }
    arrows.sort(Comparator.comparing(Arrow::from).thenComparing(Arrow::to));
  }

  private void add(Node node, int part) {
    if (node instanceof Source source) {
      for (String topic : source.topicSet()) {
        String id = topic(topic, "in");
        node.successors().forEach(next -> arrows.add(new Arrow(id, next.name())));
      }
    } else if (node instanceof Sink sink) {
      String id = topic(sink.topic(), "out");
      node.predecessors().forEach(before -> arrows.add(new Arrow(before.name(), id)));
    } else if (node instanceof Processor processor) {
      List<String> stores = processor.stores().stream().sorted().toList();
      boxes.put(node.name(), new Box(node.name(), node.name(), stores, part));
      node.successors().stream()
          .filter(Processor.class::isInstance)
          .forEach(next -> arrows.add(new Arrow(node.name(), next.name())));
    }
  }

  private String topic(String name, String side) {
    String id = name.endsWith("-repartition") ? name : side + ":" + name;
    boxes.putIfAbsent(id, new Box(id, name, List.of(), -1));
    return id;
  }

  List<Box> boxes() {
    return List.copyOf(boxes.values());
  }

  List<Arrow> arrows() {
    return arrows;
  }

  /** Boxes by the length of the longest way to them, from left to right. */
  Map<Integer, List<Box>> columns() {
    Map<String, Integer> depths = new HashMap<>();
    for (int round = 0; round < boxes.size(); round++) {
      for (Arrow arrow : arrows) {
        depths.merge(arrow.to(), depths.getOrDefault(arrow.from(), 0) + 1, Math::max);
      }
    }
    Map<Integer, List<Box>> columns = new TreeMap<>();
    for (Box box : boxes.values()) {
      columns
          .computeIfAbsent(depths.getOrDefault(box.id(), 0), depth -> new ArrayList<>())
          .add(box);
    }
    return columns;
  }
}
