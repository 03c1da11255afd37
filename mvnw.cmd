@echo off
rem Runs this project's build with the Maven that .mvn\wrapper\find-maven.ps1 finds or fetches.
setlocal
set "MVN="
for /f "usebackq delims=" %%m in (`powershell -NoProfile -ExecutionPolicy Bypass -File "%~dp0.mvn\wrapper\find-maven.ps1"`) do set "MVN=%%m"
if not defined MVN exit /b 1
call "%MVN%" %*
exit /b %errorlevel%
