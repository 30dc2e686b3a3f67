# Prints the files and folders that the //SOURCES and //FILES of scripts name, one a line; for a
# pattern the folder it starts in. Prints "ask" if only JBang can tell what a line stands for, or
# if that may change although no file does, as with a range of versions.
#
#   awk -f inputs.awk /path/of/Script.java ...
FNR == 1 {
  folder = FILENAME
  sub(/[^\/]*$/, "", folder)
}

/@Grab\(/ { print "ask" }

!/^\/\/([A-Z]+:)?[A-Z_]+([ \t\r]|$)/ { next }

{
  sub(/[ \t]\/\/[ \t].*/, "")
  count = split(substr($0, 3), words, /[ \t\r;,]+/)
  if (/\$\{/) print "ask"
}

words[1] ~ /^(DESCRIPTION|DOCS|GAV|JAVA|MAIN|MANIFEST|NOINTEGRATIONS|PREVIEW|REPOS)$/ { next }
words[1] ~ /^(COMPILE|JAVA|JAVAC|RUNTIME)_OPTIONS$/ { next }

words[1] == "DEPS" {
  # A library of one version, or without a version, because a BOM has it.
  name = "[A-Za-z0-9_.-]+"
  for (i = 2; i <= count; i++)
    if (words[i] != "" && (words[i] ~ /SNAPSHOT/ ||
        words[i] !~ "^" name ":" name "(:[0-9][A-Za-z0-9_.-]*(:" name ")?)?(@[a-z]+)?$"))
      print "ask"
  next
}

words[1] == "SOURCES" || words[1] == "FILES" {
  for (i = 2; i <= count; i++) {
    file = words[i]
    if (file == "") continue
    if (words[1] == "FILES") sub(/^[^=]*=/, "", file)
    if (file ~ /[]["'{}:@\\]/) print "ask"
    if (sub(/[*?].*/, "", file)) sub(/[^\/]*$/, "", file)
    if (file !~ /^\//) file = folder file
    while (sub(/\/[^\/]+\/\.\.\//, "/", file)) {}
    print file
  }
  next
}

{ print "ask" }
