"""The body: presence sensor and light ring (Modbus RTU)."""

from hardware.body.driver import ModbusBody

__all__ = ["ModbusBody"]
