package io.clada.engine;

import io.clada.engine.hf.TokenizerConfig;
import io.clada.engine.text.ChatTemplate;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A model's chat template, if it has one. A template that cannot be used leaves a model that can
 * still continue prompts.
 */
final class ModelChat {
  private static final Logger log = LoggerFactory.getLogger(ModelChat.class);

  private final @Nullable ChatTemplate template;
  private final String problem;

  private ModelChat(@Nullable ChatTemplate template, String problem) {
    this.template = template;
    this.problem = problem;
  }

  /**
   * @throws ModelLoadException if the directory's files about it cannot be read
   */
  static ModelChat of(Path directory, String model, Clock clock) {
    TokenizerConfig config = TokenizerConfig.of(directory);
    String source = config.chatTemplate();
    if (source == null) {
      return new ModelChat(null, "model '" + model + "' has no chat template");
    }
    try {
      return new ModelChat(new ChatTemplate(source, config.specialTokens(), clock), "");
    } catch (IllegalArgumentException e) {
      String problem = "the chat template of model '" + model + "' can't be used: ";
      log.warn("{}{}", problem, e.getMessage());
      return new ModelChat(null, problem + e.getMessage());
    }
  }

  String render(List<ChatMessage> messages) {
    if (template == null) {
      throw new InvalidRequestException("messages", problem + "; send a prompt instead");
    }
    return template.render(messages);
  }
}
