# Prints the path of the mvn.cmd that mvnw.cmd runs: the pinned Maven, downloaded once and checked, or, where its archive
# cannot be reached, the one on the PATH (the build itself refuses it when it is too old). Same rules as in mvnw.
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'

function Say($text) { [Console]::Error.WriteLine("mvnw: $text") }
function Fail($text) { Say $text; exit 1 }

$java = if ($env:JAVA_HOME) { Join-Path $env:JAVA_HOME 'bin\java.exe' } else { 'java.exe' }
if (-not (Get-Command $java -ErrorAction SilentlyContinue)) {
    Fail "no Java at $java`: install a JDK 17 or later, or point JAVA_HOME at one."
}
$version = & $java --version | Select-Object -First 1
if ($version -notmatch '^\w+ (\d+)' -or [int]$Matches[1] -lt 17) {
    Fail "$java is too old ($version): install a JDK 17 or later, or point JAVA_HOME at one."
}

$properties = ConvertFrom-StringData (Get-Content -Raw (Join-Path $PSScriptRoot 'maven-wrapper.properties'))
$url = $properties.distributionUrl
$sum = $properties.distributionSha512Sum
$name = ($url -split '/')[-1] -replace '-bin\.tar\.gz$', ''
$base = if ($env:MAVEN_USER_HOME) { $env:MAVEN_USER_HOME } else { Join-Path $env:USERPROFILE '.m2' }
$store = Join-Path $base 'wrapper'
$shelf = Join-Path $store "dists\$name"
$pinned = Join-Path $shelf $sum.Substring(0, 16)
$unreachable = Join-Path $store "$name.unreachable"
$own = Get-Command mvn.cmd -ErrorAction SilentlyContinue | Select-Object -First 1

function Use-Own {
    Say "cannot reach the archive of $name; using the Maven on the PATH (asked again after an hour)."
    $own.Source
    exit 0
}

if (Test-Path "$pinned\bin\mvn.cmd") { "$pinned\bin\mvn.cmd"; exit 0 }
$asked = Get-Item $unreachable -ErrorAction SilentlyContinue
if ($own -and $asked -and $asked.LastWriteTime -gt (Get-Date).AddHours(-1)) { Use-Own }

$scratch = Join-Path $store ("fetch." + [Guid]::NewGuid())
New-Item -ItemType Directory -Force $shelf, $scratch | Out-Null
try {
    try {
        [Net.ServicePointManager]::SecurityProtocol = [Net.SecurityProtocolType]::Tls12
        Invoke-WebRequest -UseBasicParsing -TimeoutSec 30 -Uri $url -OutFile "$scratch\archive"
    } catch {
        New-Item -ItemType File -Force $unreachable | Out-Null
        if ($own) { Use-Own }
        Fail "cannot reach $url, and there is no Maven on the PATH: install Maven 3.8.7 or later."
    }
    if ((Get-FileHash -Algorithm SHA512 "$scratch\archive").Hash -ne $sum) {
        Fail "what came from $url does not have the pinned checksum; not used."
    }
    tar -xzf "$scratch\archive" -C $scratch
    if ($LASTEXITCODE -ne 0) { Fail "cannot unpack $url." }
    if (-not (Test-Path $pinned)) { Move-Item "$scratch\$name" $pinned }
    "$pinned\bin\mvn.cmd"
} finally {
    Remove-Item -Recurse -Force $scratch -ErrorAction SilentlyContinue
}
