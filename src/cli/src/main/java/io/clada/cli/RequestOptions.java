package io.clada.cli;

import io.clada.schemas.ChatMessage;
import io.clada.schemas.GenerationRequest;
import io.clada.schemas.Priority;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Who is to answer a request, as what, and when; a matter of the workers and not of the model. */
final class RequestOptions {
  @Option(
      names = "--model",
      paramLabel = "NAME",
      description = "Model that is to answer, of several. Default: the workers' first.")
  private String model = "";

  @Option(
      names = "--chat",
      description =
          "Answer the prompt as a user's message, in the words of the model's chat template,"
              + " instead of continuing it.")
  private boolean chat;

  @Option(
      names = "--system",
      paramLabel = "TEXT",
      description = "What the model is told before the user's message; implies --chat.")
  private @Nullable String system;

  @Option(
      names = "--priority",
      paramLabel = "high|normal|low",
      description = "Class in the workers' queue. Default: normal.")
  private Priority priority = Priority.NORMAL;

  @Option(
      names = "--tenant",
      paramLabel = "NAME",
      description = "On whose behalf: tenants share the workers.")
  private String tenant = "";

  @Option(
      names = "--deadline",
      paramLabel = "SECONDS",
      description = "End with what there is when so many seconds have passed. Default: never.")
  private @Nullable Double deadline;

  @Option(names = "--rerun", description = "Generate again, though a request of this id has ended.")
  private boolean rerun;

  /**
   * Adds what was given to a request.
   *
   * @param now when it is posted
   */
  GenerationRequest addTo(GenerationRequest request, Instant now) {
    GenerationRequest.Builder builder =
        GenerationRequest.newBuilder(request)
            .setModel(model)
            .setPriority(priority)
            .setTenant(tenant)
            .setDeadline(deadline == null ? null : now.plusMillis(Math.round(deadline * 1000)))
            .setRerun(rerun);
    if (chat || system != null) {
      builder.setPrompt("").setMessages(messages(request.getPrompt()));
    }
    return builder.build();
  }

  private List<ChatMessage> messages(String said) {
    List<ChatMessage> messages = new ArrayList<>();
    if (system != null) {
      messages.add(new ChatMessage("system", system));
    }
    messages.add(new ChatMessage("user", said));
    return messages;
  }
}
