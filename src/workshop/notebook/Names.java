package workshop.notebook;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.ErroneousTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.IdentifierTree;
import com.sun.source.tree.IfTree;
import com.sun.source.tree.LambdaExpressionTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.TryTree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreeScanner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import jdk.jshell.Snippet;
import jdk.jshell.Snippet.Kind;

/**
 * The names in a snippet, by the compiler's parser: JShell itself knows them for declarations only.
 *
 * @param uses the names that it does not declare itself
 * @param closes those of variables on which it calls {@code close()} or {@code shutdown()} in any
 *     case, or that the end of a {@code try} closes
 */
record Names(Set<String> uses, Set<String> closes) {
  private static final Set<String> CLOSING = Set.of("close", "shutdown");
  private static final JavaCompiler COMPILER = ToolProvider.getSystemJavaCompiler();
  private static final StandardJavaFileManager FILES =
      COMPILER.getStandardFileManager(null, null, null);

  static Names of(Snippet snippet) {
    if (snippet.kind() == Kind.IMPORT) {
      return new Names(new LinkedHashSet<>(), Set.of());
    }
    boolean member = snippet.kind() == Kind.METHOD || snippet.kind() == Kind.TYPE_DECL;
    String code = snippet.source() + "\n";
    Scanner scanner = new Scanner();
    scanner.scan(parse("class C {" + (member ? code : "void m() {" + code + ";}") + "}"), null);
    scanner.uses.removeAll(scanner.declared);
    scanner.closes.removeAll(scanner.declared);
    return new Names(scanner.uses, member ? Set.of() : scanner.closes);
  }

  private static Iterable<? extends Tree> parse(String text) {
    JavaFileObject file =
        new SimpleJavaFileObject(URI.create("string:///C.java"), JavaFileObject.Kind.SOURCE) {
          @Override
          public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
          }
        };
    // An expression is not a statement: the parser says so, and it does not matter.
    DiagnosticCollector<JavaFileObject> ignored = new DiagnosticCollector<>();
    JavacTask task =
        (JavacTask) COMPILER.getTask(null, FILES, ignored, List.of(), null, List.of(file));
    try {
      return task.parse();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static final class Scanner extends TreeScanner<Void, Void> {
    final Set<String> uses = new LinkedHashSet<>();
    final Set<String> closes = new LinkedHashSet<>();
    final Set<String> declared = new LinkedHashSet<>();

    /** How many things around this place may run later or never, beside the class around all. */
    private int maybe = -1;

    @Override
    public Void visitIdentifier(IdentifierTree name, Void none) {
      uses.add(name.getName().toString());
      return null;
    }

    @Override
    public Void visitVariable(VariableTree variable, Void none) {
      declared.add(variable.getName().toString());
      return super.visitVariable(variable, none);
    }

    @Override
    public Void visitMethodInvocation(MethodInvocationTree call, Void none) {
      if (call.getMethodSelect() instanceof MemberSelectTree select
          && CLOSING.contains(select.getIdentifier().toString())) {
        closed(select.getExpression());
      }
      return super.visitMethodInvocation(call, none);
    }

    @Override
    public Void visitTry(TryTree tried, Void none) {
      tried.getResources().stream()
          .filter(ExpressionTree.class::isInstance)
          .forEach(resource -> closed((ExpressionTree) resource));
      return super.visitTry(tried, none);
    }

    private void closed(ExpressionTree variable) {
      if (maybe == 0 && variable instanceof IdentifierTree name) {
        closes.add(name.getName().toString());
      }
    }

    @Override
    public Void visitIf(IfTree condition, Void none) {
      return maybe(() -> super.visitIf(condition, none));
    }

    @Override
    public Void visitLambdaExpression(LambdaExpressionTree lambda, Void none) {
      return maybe(() -> super.visitLambdaExpression(lambda, none));
    }

    @Override
    public Void visitClass(ClassTree type, Void none) {
      return maybe(() -> super.visitClass(type, none));
    }

    private Void maybe(Supplier<Void> visit) {
      maybe++;
      visit.get();
      maybe--;
      return null;
    }

    /** The parser puts there what it could read. */
    @Override
    public Void visitErroneous(ErroneousTree wrong, Void none) {
      return scan(wrong.getErrorTrees(), none);
    }
  }
}
