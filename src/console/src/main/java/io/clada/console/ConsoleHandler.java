package io.clada.console;

import java.net.URI;
import java.util.Map;
import java.util.Objects;
import org.eclipse.jetty.http.pathmap.PathSpec;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ContextHandler;
import org.eclipse.jetty.server.handler.PathMappingsHandler;
import org.eclipse.jetty.server.handler.ResourceHandler;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.resource.ResourceFactory;

/**
 * The console, for a Jetty server: {@code /console/} is the page, {@code /} leads there, and other
 * paths are left to other handlers. Started and stopped with its server; brokers need not be there.
 *
 * <p>It asks nobody who they are. Bind its server to the loopback address, where it answers to
 * loopback names alone, so that no other site's page can speak through a visitor's browser.
 *
 * <p>At most {@value AnswersHandler#MOST_ANSWERS} answers stream and {@value
 * TrafficHandler#MOST_VIEWERS} pages watch the traffic at a time; one more is told so (503).
 */
public final class ConsoleHandler extends Handler.Wrapper {
  private static final String ROOT = "/console";
  private static final String PAGE = "io/clada/console/page/index.html";
  private static final String CHARTS = "META-INF/resources/webjars/uplot/1.6.30/dist/uPlot.esm.js";

  /**
   * @param kafka Kafka's and the schema registry's own properties, and {@code clada.topic.prefix}
   */
  public ConsoleHandler(Map<String, ?> kafka) {
    Map<String, ?> properties = Map.copyOf(kafka);
    PathMappingsHandler paths = new PathMappingsHandler();
    paths.addMapping(PathSpec.from("/"), new FrontDoor());
    paths.addMapping(PathSpec.from(ROOT + "/api/traffic"), new TrafficHandler(properties));
    paths.addMapping(PathSpec.from(AnswersHandler.PATH + "/*"), new AnswersHandler(properties));
    paths.addMapping(PathSpec.from(ROOT + "/charts/*"), files(ROOT + "/charts", CHARTS));
    paths.addMapping(PathSpec.from(ROOT + "/*"), files(ROOT, PAGE));
    setHandler(new Guard(paths));
  }

  /**
   * The files of a folder of the class path, and nothing beside them.
   *
   * @param one of the files, since a jar need not know its folders
   */
  private static Handler files(String path, String one) {
    String file =
        Objects.requireNonNull(
                ConsoleHandler.class.getClassLoader().getResource(one),
                one + " is not on the class path")
            .toString();
    ContextHandler context = new ContextHandler(path);
    ResourceHandler files = new ResourceHandler();
    files.setBaseResource(
        ResourceFactory.of(context)
            .newResource(URI.create(file.substring(0, file.lastIndexOf('/') + 1))));
    files.setDirAllowed(false);
    files.setWelcomeFiles("index.html");
    files.setEtags(true);
    files.setCacheControl("no-cache");
    context.setHandler(files);
    return context;
  }

  private static final class FrontDoor extends Handler.Abstract.NonBlocking {
    @Override
    public boolean handle(Request request, Response response, Callback callback) {
      if (!request.getHttpURI().getCanonicalPath().equals("/")) {
        return false;
      }
      Response.sendRedirect(request, response, callback, ROOT + "/");
      return true;
    }
  }
}
