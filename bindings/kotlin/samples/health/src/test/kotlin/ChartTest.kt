package dev.saltbox.samples.health

import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.w3c.dom.Document
import java.time.Instant
import java.time.ZoneId
import javax.xml.parsers.DocumentBuilderFactory

class ChartTest {
    private val start = Instant.parse("2026-01-01T12:00:00Z")

    private fun measured(vararg readings: Pair<Long, Double>) =
        readings.map { (second, celsius) -> Measured(start.plusSeconds(second), (celsius * 1000).toInt()) }

    private fun drawn(readings: List<Measured>): Document {
        val svg = Chart(readings, ZoneId.of("UTC")).svg()
        return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(svg.byteInputStream())
    }

    private fun Document.all(name: String) = getElementsByTagName(name).let { nodes -> List(nodes.length) { nodes.item(it) } }

    private fun Document.texts() = all("text").map { it.textContent }

    @Test
    fun `every reading is a point inside the axes`() {
        val points = drawn(measured(0L to 36.5, 60L to 39.0, 120L to -5.0)).all("circle").map {
            it.attributes.getNamedItem("cx").nodeValue.toDouble() to it.attributes.getNamedItem("cy").nodeValue.toDouble()
        }
        assertEquals(listOf(80.0, 420.0, 760.0), points.map { it.first })
        assertTrue(points.all { it.second in 50.0..340.0 }, "$points")
        assertTrue(points[1].second < points[0].second && points[0].second < points[2].second, "warmer is higher: $points")
    }

    @Test
    fun `the axes have round degrees and the time`() {
        val texts = drawn(measured(0L to 36.5, 40L to 39.0)).texts()
        for (it in listOf("36.5 °C", "37.0 °C", "39.0 °C", "12:00:00", "12:00:10", "12:00:40")) assertTrue(it in texts, "$it: $texts")
        assertTrue("2 readings, 36.5 °C to 39.0 °C, last 39.0 °C" in texts, "$texts")
    }

    @Test
    fun `nothing is drawn over a gap`() {
        val steady = (0L..9L).map { it to 37.0 }.toTypedArray()
        assertEquals(1, drawn(measured(*steady)).all("polyline").size)
        assertEquals(2, drawn(measured(*steady, 60L to 37.0, 61L to 37.0)).all("polyline").size)
    }

    @Test
    fun `one reading is a chart`() {
        assertEquals(1, drawn(measured(0L to 37.0)).all("circle").size)
    }
}
