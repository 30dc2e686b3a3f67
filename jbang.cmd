@echo off
rem Runs JBang for this checkout, as the file jbang does on Linux and macOS. It finds a JDK and leaves
rem the rest to .jbang\Launch.java, which keeps its compiled file for the next time.
setlocal DisableDelayedExpansion
for %%d in ("%~dp0.") do set "WORKSHOP_DIR=%%~fd"
set "OWN=%WORKSHOP_DIR%\.jbang"
set "STATUS=1"

set "JAVA=java.exe"
if not defined JAVA_HOME goto version
set "JAVA_HOME=%JAVA_HOME:"=%"
set "JAVA=%JAVA_HOME%\bin\java.exe"
if not exist "%JAVA%" goto noJavaHome

:version
rem The shell that runs this line replaces the variable, so the path may have ( ) and &.
set "MAJOR="
for /f "tokens=4" %%v in ('""%%JAVA%%"" -fullversion 2^>^&1') do set "WORKSHOP_JAVA=%%~v"
for /f "delims=.+-" %%m in ("%WORKSHOP_JAVA%") do set "MAJOR=%%m"
set /a MAJOR=MAJOR
if "%MAJOR%"=="0" goto noJava
if %MAJOR% lss 17 goto oldJava
if "%JAVA%"=="java.exe" for %%j in (java.exe) do set "JAVA=%%~$PATH:j"
if exist "%JAVA:~0,-8%javac.exe" goto run
"%JAVA%" --describe-module jdk.compiler >nul 2>&1
if errorlevel 1 goto noCompiler

:run
set "CLASSES=%OWN%\launch-java-%WORKSHOP_JAVA%"
set PROGRAM="%OWN%\Launch.java"
if exist "%CLASSES%\Launch.class" set PROGRAM=-cp "%CLASSES%" Launch
"%JAVA%" -XX:TieredStopAtLevel=1 -XX:+UseSerialGC %PROGRAM% %*
set "STATUS=%ERRORLEVEL%"
goto end

:noJavaHome
>&2 echo jbang: JAVA_HOME is "%JAVA_HOME%", but there is no bin\java.exe in it.
>&2 echo Set it to a JDK 17 or newer, or type
>&2 echo   set JAVA_HOME=
goto end

:noJava
>&2 echo jbang: there is no java on the PATH, or it does not work.
goto install

:oldJava
>&2 echo jbang: "%JAVA%" is too old: Java %WORKSHOP_JAVA%.
goto install

:noCompiler
>&2 echo jbang: "%JAVA%" has no compiler: it belongs to a JRE, not to a JDK.

:install
>&2 echo Install a JDK 17 or newer (https://adoptium.net). If it is not first on the PATH, type
>&2 echo   set JAVA_HOME=C:\path\of\the\JDK

:end
rem The && of "jbang one.java && jbang two.java" looks at the last command of this file, and for it
rem exit /b always succeeds.
"%ComSpec%" /d /c exit %STATUS%
