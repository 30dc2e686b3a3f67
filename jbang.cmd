@echo off
rem Runs JBang for this checkout, as the file jbang does on Linux and macOS. This one is simpler: it
rem keeps no archives of classes, chooses no compiler, and does not make simultaneous builds take
rem turns.
setlocal DisableDelayedExpansion
for %%d in ("%~dp0.") do set "WORKSHOP_DIR=%%~fd"
set "OWN=%WORKSHOP_DIR%\.jbang"
set "ANSWER=%TEMP%\jbang-%RANDOM%%RANDOM%.txt"

rem --- A JDK
set "JAVA=java.exe"
if defined JAVA_HOME set "JAVA=%JAVA_HOME%\bin\java.exe"
if defined JAVA_HOME if not exist "%JAVA%" goto noJavaHome
"%JAVA%" -fullversion 2>"%ANSWER%"
if errorlevel 1 goto noJava
for /f "usebackq tokens=4" %%v in ("%ANSWER%") do set "VERSION=%%~v"
set "MAJOR="
for /f "delims=.+-" %%m in ("%VERSION%") do set "MAJOR=%%m"
if not defined MAJOR goto noJava
del "%ANSWER%"
if %MAJOR% lss 17 goto oldJava

rem --- A proxy and a mirror
set "PROXY=-Djava.net.useSystemProxies=true"
if defined HTTPS_PROXY for /f "tokens=2,3 delims=:/" %%h in ("%HTTPS_PROXY%") do (
  set "PROXY=-Dhttps.proxyHost=%%h -Dhttps.proxyPort=%%i"
)
set "MIRROR="
if defined MVNW_REPOURL set "MIRROR=--repos=central=%MVNW_REPOURL%"

rem --- JBang
for /f "usebackq tokens=1,2" %%a in ("%OWN%\jbang-version") do (
  set "JBANG=%%a"
  set "SHA256=%%b"
)
set "JAR=%OWN%\jbang-%JBANG%.jar"
if not exist "%JAR%" "%JAVA%" %PROXY% %JBANG_JAVA_OPTIONS% "%OWN%\FetchJBang.java" %JBANG% %SHA256% "%JAR%"
if not exist "%JAR%" exit /b 1
set "SCRIPT="
set "FIRST="
if "%~1"=="workshop" set "SCRIPT=%WORKSHOP_DIR%\workshop.java"
if "%~1"=="backend" set "SCRIPT=%WORKSHOP_DIR%\workshop.java" & set "FIRST=backend"
if "%~1"=="bench" set "SCRIPT=%WORKSHOP_DIR%\workshop.java" & set "FIRST=bench"
if "%~1"=="test" set "SCRIPT=%WORKSHOP_DIR%\tests\RunTests.java"
set ALL=%*
if /i "%~x1"==".java" set ALL=run %MIRROR% %*
if defined SCRIPT for /f "tokens=1*" %%a in ("%*") do set ALL=run %MIRROR% "%SCRIPT%" %FIRST% %%b

set "JBANG_RUNTIME_SHELL=cmd"
if not defined JBANG_NO_VERSION_CHECK set "JBANG_NO_VERSION_CHECK=true"
"%JAVA%" -XX:TieredStopAtLevel=1 %PROXY% -Daether.connector.http.useSystemProperties=true ^
  %JBANG_JAVA_OPTIONS% -cp "%JAR%" dev.jbang.Main %ALL% >"%ANSWER%"
set "STATUS=%ERRORLEVEL%"
if not "%STATUS%"=="255" (
  type "%ANSWER%"
  del "%ANSWER%"
  exit /b %STATUS%
)
rem JBang's output is the command that starts the program.
set "COMMAND="
for /f "usebackq delims=" %%c in ("%ANSWER%") do set "COMMAND=%%c"
del "%ANSWER%"
%COMMAND%
exit /b %ERRORLEVEL%

:noJavaHome
>&2 echo jbang: JAVA_HOME is %JAVA_HOME%, but there is no %JAVA%.
>&2 echo Set it to a JDK 17 or newer, or type
>&2 echo   set JAVA_HOME=
exit /b 1

:noJava
del "%ANSWER%"
>&2 echo jbang: there is no java on the PATH, or it does not work.
goto install

:oldJava
>&2 echo jbang: the java on the PATH or in JAVA_HOME is too old: Java %VERSION%.

:install
>&2 echo Install a JDK 17 or newer (https://adoptium.net). If it is not first on the PATH, type
>&2 echo   set JAVA_HOME=C:\path\of\the\JDK
exit /b 1
