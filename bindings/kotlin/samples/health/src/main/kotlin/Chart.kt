package dev.saltbox.samples.health

import java.time.Duration
import java.time.Instant
import java.time.ZoneId
import java.time.format.DateTimeFormatter
import java.util.Locale
import kotlin.math.ceil
import kotlin.math.floor
import kotlin.math.log10
import kotlin.math.pow

/** Temperatures over time, as an SVG that stands on its own: no script, no font, nothing from the network. */
class Chart(private val readings: List<Measured>, private val zone: ZoneId = ZoneId.systemDefault()) {
    private val start = readings.first().time
    private val span = Duration.between(start, readings.last().time).toMillis().coerceAtLeast(1_000)
    private val lowest = readings.minOf { it.celsius }
    private val highest = readings.maxOf { it.celsius }
    private val step = step((highest - lowest).coerceAtLeast(1.0) / 5)
    private val bottom = floor((lowest - step / 2) / step) * step
    private val top = ceil((highest + step / 2) / step) * step

    fun svg(): String = buildString {
        val last = readings.last()
        appendLine("""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 $WIDTH $HEIGHT" role="img" aria-labelledby="t d">""")
        appendLine("""<title id="t">Temperature</title>""")
        appendLine("""<desc id="d">${readings.size} readings from ${degrees(lowest)} to ${degrees(highest)}</desc>""")
        appendLine("<style>text{font:13px sans-serif;fill:#333}.head{font-size:18px;font-weight:600}.end{text-anchor:end}.mid{text-anchor:middle}</style>")
        appendLine("""<rect width="100%" height="100%" fill="#fff"/>""")
        appendLine("""<text class="head" x="$LEFT" y="28">Temperature</text>""")
        appendLine("""<text class="end" x="$RIGHT" y="28">${readings.size} readings, ${degrees(lowest)} to ${degrees(highest)}, last ${degrees(last.celsius)}</text>""")
        degreesAxis()
        timeAxis()
        for (run in runs()) line(run)
        for (it in readings) appendLine("""<circle cx="${x(it.time)}" cy="${y(it.celsius)}" r="2.5" fill="$COLOUR"/>""")
        appendLine("</svg>")
    }

    private fun StringBuilder.degreesAxis() {
        for (index in 0..Math.round((top - bottom) / step).toInt()) {
            val value = bottom + index * step
            val y = y(value)
            appendLine("""<path d="M$LEFT ${y}H$RIGHT" stroke="#ddd"/>""")
            appendLine("""<text class="end" x="${LEFT - 8}" y="$y" dy="4">${degrees(value, if (step < 1) 1 else 0)}</text>""")
        }
    }

    private fun StringBuilder.timeAxis() {
        val format = DateTimeFormatter.ofPattern(if (span < DAY) "HH:mm:ss" else "d MMM HH:mm", Locale.UK).withZone(zone)
        for (index in 0..TIMES) {
            val time = start.plusMillis(span * index / TIMES)
            appendLine("""<path d="M${x(time)} ${BOTTOM}v5" stroke="#333"/>""")
            appendLine("""<text class="mid" x="${x(time)}" y="${BOTTOM + 20}">${format.format(time)}</text>""")
        }
        appendLine("""<path d="M$LEFT ${BOTTOM}H$RIGHT" stroke="#333"/>""")
        appendLine("""<text class="mid" x="${(LEFT + RIGHT) / 2}" y="${HEIGHT - 8}">time of arrival ($zone)</text>""")
    }

    private fun StringBuilder.line(run: List<Measured>) {
        val points = run.joinToString(" ") { "${x(it.time)},${y(it.celsius)}" }
        appendLine("""<polyline points="$points" fill="none" stroke="$COLOUR" stroke-width="2" stroke-linejoin="round"/>""")
    }

    /** The readings, parted where some are missing: a line over a gap would show what nobody measured. */
    private fun runs(): List<List<Measured>> {
        val pauses = readings.zipWithNext { a, b -> Duration.between(a.time, b.time).toMillis() }
        val usual = pauses.sorted().getOrElse(pauses.size / 2) { 0 }
        val runs = mutableListOf(mutableListOf(readings.first()))
        readings.drop(1).forEachIndexed { index, reading ->
            if (pauses[index] > GAP * usual) runs += mutableListOf<Measured>()
            runs.last() += reading
        }
        return runs
    }

    private fun x(time: Instant) = point(LEFT + (RIGHT - LEFT) * Duration.between(start, time).toMillis() / span.toDouble())

    private fun y(celsius: Double) = point(BOTTOM - (BOTTOM - TOP) * (celsius - bottom) / (top - bottom))

    private companion object {
        const val WIDTH = 800
        const val HEIGHT = 400
        const val LEFT = 80
        const val RIGHT = 760
        const val TOP = 50
        const val BOTTOM = 340
        const val TIMES = 4
        const val DAY = 86_400_000
        /** So many usual pauses are a gap. */
        const val GAP = 5
        const val COLOUR = "#b3261e"

        /** The next of 1, 2, 5, 10, … times a power of ten: what people read easily. */
        fun step(least: Double): Double {
            val power = 10.0.pow(floor(log10(least)))
            return listOf(1, 2, 5, 10).map { it * power }.first { it >= least * (1 - 1e-9) }
        }

        fun point(value: Double) = String.format(Locale.ROOT, "%.1f", value)

        fun degrees(value: Double, digits: Int = 1) = String.format(Locale.ROOT, "%.${digits}f °C", value)
    }
}
